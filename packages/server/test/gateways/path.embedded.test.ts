import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@keystamp/testing/network/free-port';
import type { WatchedProgram } from '@keystamp/testing/processes/watched';
import { until } from '@keystamp/testing/until';
import { allowInsecureRequests, discovery, None } from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserAnswer } from '../../src/contract/users.js';
import { createTestServer, PASSWORD, type TestServer } from '../support/test-server.js';
import { pathProxies } from './path-proxies.js';
import { isMissing } from './proxy.js';
import { send } from './send.js';
import { type Service, startService } from './service.js';

const PATHS = ['/keys', '/test/keys'] as const;

/** A host with two Keystamps below paths, and something else. */
interface Host {
  readonly port: number;
  readonly origin: string;
  readonly servers: Readonly<Record<(typeof PATHS)[number], TestServer>>;
  close(): Promise<void>;
}

describe.each(Object.keys(pathProxies))('a host behind %s', (name) => {
  describe.skipIf(isMissing(name))('with two Keystamps', () => {
    let host: Host;
    beforeAll(async () => {
      host = await openHost(name);
    });
    afterAll(() => host?.close());

    it.each(PATHS)('serves the page at %s/ and at addresses below it', async (path) => {
      const headers = ['Accept', 'text/html'];
      for (const address of ['/', '/users', '/sign-in?next=%2Fusers']) {
        const { status, body } = await send(host.port, { path: `${path}${address}`, headers });
        expect([address, status, body]).toEqual([
          address,
          200,
          `name="keystamp-path" content="${path}"`,
        ]);
      }
      const { status, headers: answered } = await send(host.port, { path, headers });
      expect([301, 308]).toContain(status);
      expect(new URL(answered.location ?? '', host.origin).pathname).toBe(`${path}/`);
    });

    it.each(PATHS)('signs in at %s, and changes a user with a slash in the id', async (path) => {
      const { cookie, set } = await signIn(host, path);
      expect(set).toContain(`Path=${path}/`);
      const changed = await fetch(`${host.origin}${path}/api/users/tenant%2F7%3Aada`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', origin: host.origin, cookie },
        body: JSON.stringify({ name: 'Ada & co' }),
      });
      expect([changed.status, ((await changed.json()) as UserAnswer).user?.name]).toEqual([
        200,
        'Ada & co',
      ]);
    });

    it.each(PATHS)('lets programs use %s', async (path) => {
      const { apiKey } = await issue(host.servers[path]);
      const ask = (query: string, key: string) =>
        send(host.port, { path: `${path}/verify${query}`, headers: ['X-API-Key', key] });
      expect((await ask('', apiKey)).status).toBe(204);
      expect((await ask('?scope=orders%3Aread+orders%3Awrite', apiKey)).status).toBe(403);
      const other = host.servers[path === '/keys' ? '/test/keys' : '/keys'];
      expect((await ask('', (await issue(other)).apiKey)).status).toBe(401);
      expect((await send(host.port, { path: `${path}/healthz` })).status).toBe(200);
      const document = JSON.parse((await send(host.port, { path: `${path}/openapi.json` })).body);
      expect(document.servers).toEqual([{ url: `${host.origin}${path}` }]);
    });

    it.each(PATHS)('shows the API document at %s/docs', async (path) => {
      const { status, body } = await send(host.port, { path: `${path}/docs/` });
      expect(status).toBe(200);
      const script = /src="([^"]+)"/.exec(body)?.[1] ?? '';
      const { pathname } = new URL(script, `${host.origin}${path}/docs/`);
      expect(pathname).toMatch(new RegExp(`^${path}/docs/`));
      expect((await send(host.port, { path: pathname })).status).toBe(200);
    });

    it.each(PATHS)('RFC 8414: a client finds the metadata of the issuer %s', async (path) => {
      const issuer = `${host.origin}${path}`;
      const found = await discovery(new URL(issuer), 'client', undefined, None(), {
        algorithm: 'oauth2',
        execute: [allowInsecureRequests],
      });
      expect(found.serverMetadata()).toMatchObject({
        issuer,
        introspection_endpoint: `${issuer}/oauth2/introspect`,
      });
      const own = await send(host.port, { path: `${path}/.well-known/oauth-authorization-server` });
      expect(JSON.parse(own.body).issuer).toBe(issuer);
    });

    it.each(PATHS)('keeps the metrics at %s from the public', async (path) => {
      const inside = await host.servers[path].app.inject('/metrics');
      expect(inside.body).toContain('keystamp_ready 1');
      const ways = ['/metrics', '/%6detrics', '/metrics?a=b', '//metrics', '/./metrics'];
      for (const way of [...ways, `${path}/metrics`, `${path}/%6detrics`]) {
        const { status, body } = await send(host.port, { path: `${path}${way}` });
        expect([way, status]).not.toEqual([way, 200]);
        expect(body).not.toContain('keystamp_ready');
      }
    });

    it('believes no client about what was taken off', async () => {
      for (const path of PATHS) {
        const headers = ['X-Forwarded-Prefix', path];
        const { status } = await send(host.port, { path: `${path}/healthz`, headers });
        expect([path, status]).toEqual([path, 200]);
      }
    });

    it('leaves every other path to the site', async () => {
      for (const path of ['/', '/keysfoo', '/api/auth/me', '/test', '/healthz', '/verify']) {
        expect((await send(host.port, { path })).seen?.url).toBe(path);
      }
    });
  });
});

async function openHost(name: string): Promise<Host> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'keystamp-page-'));
  writeFileSync(join(folder, 'index.html'), 'name="keystamp-path" content=""');
  const servers = {
    '/keys': await openServer(`${origin}/keys/`, folder),
    '/test/keys': await openServer(`${origin}/test/keys/`, folder),
  };
  const site: Service = await startService();
  const proxy: WatchedProgram | undefined = pathProxies[name]?.({
    proxy: port,
    keys: servers['/keys'].context.localPort(),
    test: servers['/test/keys'].context.localPort(),
    site: site.port,
  });
  await until(() => send(port).catch(() => null), { what: 'the proxy to listen' });
  return {
    port,
    origin,
    servers,
    close: async () => {
      await proxy?.end();
      await site.close();
      for (const server of Object.values(servers)) await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function openServer(publicUrl: string, pageFolder: string): Promise<TestServer> {
  const env = { KEYSTAMP_PUBLIC_URL: publicUrl, KEYSTAMP_METRICS: 'all' };
  const server = await createTestServer({
    env: { ...env, KEYSTAMP_TRUST_PROXY: '127.0.0.1' },
    pageFolder,
  });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  await server.addUser('ada', { isAdmin: true });
  await issue(server);
  return server;
}

function issue({ keystamp }: TestServer) {
  return keystamp.createApiKey({
    userId: 'tenant/7:ada',
    name: 'A key',
    scopes: ['orders:read'],
  });
}

async function signIn({ origin }: Host, path: string): Promise<{ cookie: string; set: string }> {
  const answer = await fetch(`${origin}${path}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email: 'ada@example.com', password: PASSWORD }),
  });
  expect(answer.status).toBe(200);
  const set = answer.headers.getSetCookie()[0] ?? '';
  return { cookie: set.split(';', 1)[0] ?? '', set };
}
