import { type IdentityProvider, startIdentityProvider } from '@keystamp/testing/identity-provider';
import type { LightMyRequestResponse } from 'fastify';
import type { IssuedApiKey } from 'keystamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer, NOWHERE } from '../support/key-server.js';

/**
 * Every route of the server, and whether a request with a key is a use of it: one (`use`), or the key
 * is not looked at (`none`). A route that is missing here fails the test below.
 */
const ROUTES: Record<string, 'use' | 'none'> = {
  'GET /api/api-keys': 'use',
  'POST /api/api-keys': 'use',
  'POST /api/api-keys/bulk-revoke': 'use',
  'POST /api/api-keys/bulk-disable': 'use',
  'GET /api/api-keys/:id': 'use',
  'PATCH /api/api-keys/:id': 'use',
  'DELETE /api/api-keys/:id': 'use',
  'POST /api/api-keys/:id/disable': 'use',
  'POST /api/api-keys/:id/enable': 'use',
  'POST /api/api-keys/:id/revoke': 'use',
  'POST /api/api-keys/:id/rotate': 'use',
  'GET /api/events': 'use',
  'GET /verify': 'use',
  'GET /ext-authz/:scopes': 'use',
  'POST /oauth2/introspect': 'use',
  'POST /oauth2/revoke': 'use',
  'GET /.well-known/oauth-authorization-server': 'none',
  'GET /.well-known/openid-configuration': 'none',
  'POST /api/auth/login': 'none',
  'GET /api/auth/methods': 'none',
  'GET /api/auth/oidc/callback': 'none',
  'GET /api/auth/oidc/start': 'none',
  'POST /api/auth/logout': 'use',
  'GET /api/auth/me': 'use',
  'PUT /api/auth/password': 'use',
  'GET /api/setup': 'none',
  'POST /api/setup': 'none',
  'GET /api/users': 'use',
  'POST /api/users': 'use',
  'PATCH /api/users/:id': 'use',
  'GET /healthz': 'none',
  'GET /readyz': 'none',
  'GET /metrics': 'none',
  'GET /openapi.json': 'none',
};

const PUBLIC_URL = 'http://localhost:4747';

let provider: IdentityProvider;
let server: KeyServer;

beforeAll(async () => {
  // Some routes are there only with a provider to sign in at.
  provider = await startIdentityProvider({ redirectOrigins: [PUBLIC_URL] });
  const env = { ...provider.env, KEYSTAMP_PUBLIC_URL: PUBLIC_URL };
  server = await createKeyServer({ env, pageFolder: '/nowhere' });
});
afterAll(async () => {
  await server?.close();
  await provider?.stop();
});

/** The files of `/docs`, as many as that package has, and the page, which is not built here. */
function isFile({ url, access }: { url: string; access: string }): boolean {
  return access === 'public' && (url === '/' || /^\/docs(\/|$)/.test(url));
}

/** `HEAD` comes with every `GET`, and has its rule; what proxies ask answers every method alike. */
function routeName({ method, url }: { method: string; url: string }): string {
  if (url === '/verify' || url.startsWith('/ext-authz/')) return `GET ${url}`;
  return `${method === 'HEAD' ? 'GET' : method} ${url}`;
}

function call(method: string, url: string, headers: Record<string, string>) {
  const path = url.replace(':id', NOWHERE);
  return server.app.inject({ method: method as 'GET', url: path, headers });
}

/** How many validations this instance has answered. */
function validations(): number {
  const { cacheHits, cacheMisses, refusals } = server.keystamp.health().counts;
  return cacheHits + cacheMisses + (refusals['malformed'] ?? 0);
}

describe('G6: only a use is a use', () => {
  it('every route of the server is classified', () => {
    const routes = server.app.routeTable.filter((route) => !isFile(route)).map(routeName);
    expect([...new Set(routes)].sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it('a request with a key is one use on exactly the routes that authenticate by key, whatever they answer', async () => {
    const outcomes: { route: string; issued: IssuedApiKey; validated: number }[] = [];
    const routes = server.app.routeTable.filter((route) => !isFile(route));
    for (const route of routes) {
      const issued = await server.issue({ scopes: ['none:of:ours'] });
      const before = validations();
      await call(route.method, route.url, { 'x-api-key': issued.apiKey });
      outcomes.push({ route: routeName(route), issued, validated: validations() - before });
    }
    for (const { route, issued, validated } of outcomes) {
      const isUse = ROUTES[route] === 'use';
      expect([route, validated], 'validated').toEqual([route, isUse ? 1 : 0]);
      const lastUse = await server.lastUse(issued.key.id);
      expect([route, lastUse !== null], 'recorded').toEqual([route, isUse]);
    }
  });

  it('a key that may do all of it is one use too', async () => {
    for (const { method, url, access } of server.app.routeTable) {
      if (access === 'public' || method === 'HEAD') continue;
      const { apiKey, key } = await server.issue({ userId: server.ada.id });
      const before = validations();
      await call(method, url, { authorization: `Bearer ${apiKey}` });
      expect([method, url, validations() - before]).toEqual([method, url, 1]);
      expect([method, url, await server.lastUse(key.id)]).not.toContain(null);
    }
  });

  it('a failed authentication is no use', async () => {
    const refused = await server.refusedKeys();
    for (const key of Object.values(refused)) {
      expect((await server.ask({ url: '/verify', key })).statusCode).toBe(401);
      expect((await server.ask({ url: '/api/api-keys', key })).statusCode).toBe(401);
    }
    await server.keystamp.flush();
    const text = `select count(*)::int as used from keystamp.api_keys
      where key_hash = any(select pg_catalog.sha256(pg_catalog.convert_to(k, 'UTF8')) from pg_catalog.unnest($1::text[]) k)
        and last_used_at is not null`;
    const { rows } = await server.ground.database.query(text, [Object.values(refused)]);
    expect(rows).toEqual([{ used: 0 }]);
  });

  it('a request that is refused before the key is looked at is no use', async () => {
    const { key, apiKey } = await server.issue();
    const other = await server.issue();
    const twice = { 'x-api-key': apiKey, authorization: `Bearer ${other.apiKey}` };
    expect((await call('GET', '/verify', twice)).statusCode).toBe(400);
    expect((await call('GET', `/verify?scope=${apiKey}`, { 'x-api-key': apiKey })).statusCode).toBe(
      400,
    );
    expect((await call('GET', '/nothing', { 'x-api-key': apiKey })).statusCode).toBe(404);
    expect(await server.lastUse(key.id)).toBeNull();
  });

  it("a session's list, look, edit, disable, enable, rotate and revoke are no uses of the key", async () => {
    const { key } = await server.issue();
    const url = `/api/api-keys/${key.id}`;
    const { cookie } = server.bob;
    const answers: LightMyRequestResponse[] = [
      await server.ask({ url: '/api/api-keys', cookie }),
      await server.ask({ url, cookie }),
      await server.ask({ method: 'PATCH', url, cookie, payload: { name: 'Edited' } }),
      await server.ask({ method: 'POST', url: `${url}/disable`, cookie }),
      await server.ask({ method: 'POST', url: `${url}/enable`, cookie }),
      await server.ask({ url: `/api/events?key_id=${key.id}`, cookie }),
      await server.ask({
        method: 'POST',
        url: `${url}/rotate`,
        cookie,
        payload: { grace_seconds: 60 },
      }),
      await server.ask({ method: 'POST', url: `${url}/revoke`, cookie }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([
      200, 200, 200, 200, 200, 200, 201, 200,
    ]);
    expect(await server.lastUse(key.id)).toBeNull();
    expect(await server.lastUse(answers[6]?.json().info.id)).toBeNull();
  });

  it('introspection is a use of the token and of the caller; revocation by the token is none', async () => {
    const caller = await server.issue({ userId: server.ada.id, scopes: ['introspect'] });
    const token = await server.issue();
    const form = (url: string, body: string) => ({
      method: 'POST' as const,
      url,
      key: caller.apiKey,
      payload: `token=${body}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const answer = await server.ask(form('/oauth2/introspect', token.apiKey));
    expect(answer.json().active).toBe(true);
    expect(await server.lastUse(caller.key.id)).not.toBeNull();
    expect(await server.lastUse(token.key.id)).not.toBeNull();

    const ended = await server.issue();
    expect((await server.ask(form('/oauth2/revoke', ended.apiKey))).statusCode).toBe(200);
    expect((await server.keystamp.getApiKey(ended.key.id))?.status).toBe('revoked');
    expect(await server.lastUse(ended.key.id)).toBeNull();
  });
});
