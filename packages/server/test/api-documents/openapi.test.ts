import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Paths } from '../support/hold-to-document.js';
import { createTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;

let paths: Paths;

beforeAll(async () => {
  server = await createTestServer({ pageFolder: '/nowhere' });
  const answer = await server.app.inject({ url: '/openapi.json' });
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  paths = answer.json().paths;
});
afterAll(() => server.close());

function schemes(path: string, method: string): string[] {
  return (paths[path]?.[method]?.security ?? []).flatMap((each) => Object.keys(each));
}

describe('GET /openapi.json', () => {
  it('holds every route but the files', () => {
    const documented = Object.entries(paths)
      .flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`))
      .sort();
    const routes = server.app.routeTable
      .filter(
        ({ url, method }) => !/^\/(docs(\/|$)|openapi\.json|$)/.test(url) && method !== 'HEAD',
      )
      // A proxy may ask by any method; the document names one.
      .filter(({ url, method }) => !/^\/(verify|ext-authz)/.test(url) || method === 'GET')
      .map(({ method, url }) => `${method.toLowerCase()} ${url.replace(/:(\w+)/, '{$1}')}`)
      .sort();
    expect(documented).toEqual(routes);
  });

  it('groups the routes by names of one spelling', () => {
    const tags = Object.values(paths).flatMap((item) =>
      Object.values(item).flatMap((operation) => operation.tags ?? []),
    );
    expect([...new Set(tags)].sort()).toEqual([
      'API keys',
      'Forward auth',
      'OAuth 2.0',
      'Operations',
      'Set-up',
      'Sign-in',
      'Users',
    ]);
  });

  it('says who may call a route, from its access', () => {
    expect(schemes('/api/api-keys', 'get')).toEqual(['bearer', 'api_key', 'session']);
    expect(schemes('/api/api-keys', 'post')).toEqual(['session']);
    expect(schemes('/api/api-keys/{id}/disable', 'post')).toEqual(['bearer', 'api_key', 'session']);
    expect(schemes('/api/api-keys/{id}/enable', 'post')).toEqual(['session']);
    expect(schemes('/verify', 'get')).toEqual(['bearer', 'api_key', 'basic']);
    expect(schemes('/oauth2/introspect', 'post')).toEqual(['bearer', 'api_key', 'basic']);
    // A client may do without.
    expect(paths['/oauth2/revoke']?.['post']?.security?.[0]).toEqual({});
    expect(schemes('/oauth2/revoke', 'post')).toEqual(['bearer', 'api_key', 'basic']);
    expect(schemes('/healthz', 'get')).toEqual([]);
  });

  it('names the cookie last, and first of the schemes a bearer token, because tools take the first', async () => {
    const { components } = (await server.app.inject({ url: '/openapi.json' })).json();
    expect(Object.keys(components.securitySchemes)).toEqual([
      'bearer',
      'api_key',
      'basic',
      'session',
    ]);
    for (const { path, method } of operations()) {
      const names = schemes(path, method);
      if (names.length > 1) expect([path, method, names[0]]).toEqual([path, method, 'bearer']);
      expect(names.slice(0, -1)).not.toContain('session');
    }
  });

  it('has a name of its own for each operation', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id ?? ''))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says where the server is: by the public URL, or where the document is', async () => {
    const serversOf = async (env: Record<string, string>) => {
      const one = await createTestServer({ pageFolder: '/nowhere', env });
      try {
        return (await one.app.inject({ url: '/openapi.json' })).json().servers;
      } finally {
        await one.close();
      }
    };
    expect(await serversOf({})).toEqual([{ url: '/' }]);
    const publicUrl = 'https://keys.example.com';
    expect(await serversOf({ KEYSTAMP_PUBLIC_URL: publicUrl })).toEqual([{ url: publicUrl }]);
  });

  const operations = () =>
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
    );

  it('says of every operation what its success looks like', () => {
    const silent = operations()
      .filter(
        ({ operation }) => !Object.keys(operation.responses).some((code) => /^[23]/.test(code)),
      )
      .map(({ method, path }) => `${method} ${path}`);
    expect(silent).toEqual([]);
    const metrics = paths['/metrics']?.['get']?.responses['200'];
    expect(Object.keys(metrics?.content ?? {})).toEqual(['text/plain']);
  });

  it('calls a body required where a request without one is refused for that, and nowhere else', async () => {
    const { id } = await server.addUser('ada', { isAdmin: true });
    const cookie = await server.signIn('ada');
    const { apiKey } = await server.keystamp.createApiKey({
      userId: id,
      name: 'Introspects',
      scopes: ['introspect'],
    });
    const fresh = await createTestServer({ pageFolder: '/nowhere' });
    try {
      const withBody = operations().filter(({ operation }) => operation.requestBody !== undefined);
      expect(withBody.length).toBeGreaterThan(10);
      for (const { path, method, operation } of withBody) {
        const { key } = await server.keystamp.createApiKey({ userId: id, name: 'A key' });
        const url = path.replace('{id}', path.includes('users') ? id : key.id);
        // Set-up is open where there is no administrator.
        const to = path === '/api/setup' ? fresh : server;
        const who =
          path === '/oauth2/introspect' ? { headers: { 'x-api-key': apiKey } } : { cookie };
        const answer = await to.send({ method: method.toUpperCase() as 'POST', url, ...who });
        const isRequired = answer.statusCode === 400;
        expect([method, path, operation.requestBody?.required]).toEqual([method, path, isRequired]);
        if (!isRequired) expect([path, answer.statusCode < 400]).toEqual([path, true]);
      }
    } finally {
      await fresh.close();
    }
  });

  it('says what a key without scopes may do, and what introspection answers of it', async () => {
    const document = JSON.stringify((await server.app.inject({ url: '/openapi.json' })).json());
    expect(document).toContain(
      'Empty: whatever its user may do. Introspection names no scope then',
    );
    expect(document).toContain('a key without scopes has all of them');
  });

  it('says what bodies and refusals look like', () => {
    const introspect = paths['/oauth2/introspect']?.['post'];
    expect(Object.keys(introspect?.requestBody?.content ?? {})).toEqual([
      'application/x-www-form-urlencoded',
    ]);
    const refused = paths['/api/api-keys']?.['get']?.responses['401'];
    expect(Object.keys(refused?.content ?? {})).toEqual(['application/problem+json']);
    const ofClient = introspect?.responses['401'];
    expect(Object.keys(ofClient?.content ?? {})).toEqual(['application/json']);
  });

  it('gives a schema with a title once, under that name', () => {
    const created = paths['/api/api-keys']?.['post']?.responses['201']?.content;
    const schema = { $ref: '#/components/schemas/IssuedApiKey' };
    expect(created).toMatchObject({ 'application/json': { schema } });
  });
});

describe('GET /docs', () => {
  it('is served with everything it loads, under a policy of its own without inline scripts', async () => {
    const page = await server.app.inject({ url: '/docs' });
    expect(page.statusCode).toBe(200);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain("script-src 'self' 'unsafe");
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>[^<]/);
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, file]) => file as string,
    );
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const url = new URL(file, 'http://localhost/docs').pathname;
      expect([url, (await server.app.inject({ url })).statusCode]).toEqual([url, 200]);
    }
  });

  it('has our title, and no logo or icon of somebody else', async () => {
    const { body } = await server.app.inject({ url: '/docs' });
    expect(body).toContain('<title>Keystamp: HTTP API</title>');
    expect(body).not.toContain('rel="icon"');
    const start = await server.app.inject({ url: '/docs/static/swagger-initializer.js' });
    expect(start.body).toMatch(/const config = \{"layout":"BaseLayout"\}/);
  });

  it('leaves the policy of all else alone', async () => {
    const { headers } = await server.app.inject({ url: '/healthz' });
    expect(headers['content-security-policy']).toContain('require-trusted-types-for');
  });
});
