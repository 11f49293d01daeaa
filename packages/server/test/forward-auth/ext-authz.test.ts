import { METHODS, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

/** RFC 10008 §2: a QUERY without a type of content is refused. */
const ASKED_BY = METHODS.filter((method) => !['CONNECT', 'QUERY'].includes(method));

interface Question {
  readonly method?: string;
  /** What stands as `path_prefix` in Envoy's configuration. */
  readonly prefix?: string;
  /** Path and query of the client's request. */
  readonly path?: string;
  readonly apiKey?: string;
}

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer({ env: { KEYSTAMP_TRUST_PROXY: '127.0.0.1' } });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

/**
 * A question as the HTTP service of Envoy's `ext_authz` sends it: method, host, path and query are the client's, with the
 * prefix before the path; no body; of the other headers those that are allowed, and Envoy's own.
 */
function ask({ method = 'GET', prefix = '/ext-authz/-', path = '/orders/7', apiKey }: Question) {
  const headers = {
    host: 'shop.example',
    'content-length': '0',
    'x-envoy-internal': 'true',
    'x-forwarded-for': '192.0.2.7, 127.0.0.1',
    'x-envoy-expected-rq-timeout-ms': '3000',
    ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
  };
  const port = server.context.localPort();
  return new Promise<{ status?: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: prefix + path, method, headers };
      const outgoing = request(options, async (answer) => {
        let body = '';
        for await (const chunk of answer.setEncoding('utf8')) body += chunk;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
      });
      outgoing.on('error', reject).end();
    },
  );
}

describe('/ext-authz/<scopes>', () => {
  describe('200, the only status that Envoy takes for a yes', () => {
    it('says who it is, in headers, without a body', async () => {
      const { apiKey, key } = await server.issue({ scopes: ['orders:read', '100%'] });
      const answer = await ask({ apiKey, prefix: '/ext-authz/orders:read' });
      expect([answer.status, answer.body]).toEqual([200, '']);
      expect(answer.headers).toMatchObject({
        'x-keystamp-user': server.bob.id,
        'x-keystamp-key-id': key.id,
        'x-keystamp-scopes': 'orders:read 100%25',
        'cache-control': 'no-store',
        'content-length': '0',
      });
      expect(answer.headers['content-type']).toBeUndefined();
    });

    it.each(ASKED_BY)('for %s, and 401 for it without a key', async (method) => {
      const { apiKey, key } = await server.issue();
      expect((await ask({ method, apiKey })).status).toBe(200);
      expect(await server.lastUse(key.id)).not.toBeNull();
      expect((await ask({ method })).status).toBe(401);
    });

    it('asks for all scopes of the prefix', async () => {
      const { apiKey } = await server.issue({ scopes: ['a', 'b', 'c,d', '-'] });
      for (const scopes of ['-', 'a', 'a,b', 'b,a', 'c%2Cd', 'a,c%2cd', '%2D', 'a,-']) {
        expect([scopes, (await ask({ apiKey, prefix: `/ext-authz/${scopes}` })).status]).toEqual([
          scopes,
          200,
        ]);
      }
      for (const scopes of ['d', 'a,d', 'c,d']) {
        expect([scopes, (await ask({ apiKey, prefix: `/ext-authz/${scopes}` })).status]).toEqual([
          scopes,
          403,
        ]);
      }
    });

    it.each([
      '/',
      '',
      '/?page=2',
      '//',
      '/a//b/../../../../healthz',
      '/%zz/%',
      '/%2e%2e/%2F?a=%',
      '/a;b=c?d;e',
      '/orders?api_key=none&access_token=of-another-kind&scopes=a&scope=b',
      `/${'long/'.repeat(3000)}?${'x'.repeat(3000)}`,
    ])('whatever the path of the client is: %s', async (path) => {
      const { apiKey, key } = await server.issue();
      const { status, headers } = await ask({ path, apiKey });
      expect([status, headers['x-keystamp-key-id']]).toEqual([200, key.id]);
      expect((await ask({ path })).status).toBe(401);
    });
  });

  it.each([
    ['a query', (key: string) => `/orders?page=2&token=${key}`, 'token'],
    ['a path', (key: string) => `/orders/${key}?page=2`, 'path'],
    ['an encoded path', (key: string) => `/orders/${key.replace('_', '%5f')}`, 'path'],
    ['a query without a path', (key: string) => `?token=${key}`, 'token'],
  ])('400 for a key in %s of the client’s request', async (_name, pathWith, field) => {
    const { apiKey, key } = await server.issue();
    for (const sent of [{}, { apiKey }]) {
      const answer = await ask({ path: pathWith(apiKey), ...sent });
      expect([answer.status, JSON.parse(answer.body).errors[0].field]).toEqual([400, field]);
      expect(answer.body).not.toContain(apiKey);
    }
    expect(await server.lastUse(key.id)).toBeNull();
    expect(server.logged.join('')).not.toContain(apiKey);
  });

  it.each(['', 'a,', ',a', '%20', 'a%22', '%C3%A9', 'a%0Ab'])(
    '400 for the scopes %j, which names the field',
    async (scopes) => {
      const { apiKey } = await server.issue();
      const answer = await ask({ apiKey, prefix: `/ext-authz/${scopes}` });
      expect([answer.status, JSON.parse(answer.body).errors[0].field]).toEqual([400, 'scopes']);
    },
  );

  it('401 without a key: a session does not count', async () => {
    const answer = await server.ask({ url: '/ext-authz/-/orders', cookie: server.ada.cookie });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['x-keystamp-key-id']).toBeUndefined();
  });

  it('401 for a key that may not act', async () => {
    for (const apiKey of Object.values(await server.refusedKeys())) {
      const answer = await ask({ apiKey });
      expect(answer.status).toBe(401);
      expect(answer.headers['x-keystamp-key-id']).toBeUndefined();
    }
  });

  it('403 where one of the scopes is missing, and names all of them', async () => {
    const { apiKey } = await server.issue({ scopes: ['a'] });
    const answer = await ask({ apiKey, prefix: '/ext-authz/a,b' });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="a b"',
    ]);
    expect(answer.headers['x-keystamp-key-id']).toBeUndefined();
  });

  it('404 for another path, whatever stands before or behind', async () => {
    const { apiKey } = await server.issue();
    for (const prefix of ['/ext-authz', '/Ext-Authz/-', '/x/ext-authz/-']) {
      expect([prefix, (await ask({ apiKey, prefix, path: '' })).status]).toEqual([prefix, 404]);
    }
  });

  it('says the client’s address, and never its path, in the log and in metrics', async () => {
    const { apiKey } = await server.issue();
    server.logged.length = 0;
    await ask({ apiKey, path: '/secret-path' });
    const line = server.logged.map((each) => JSON.parse(each)).find(({ route }) => route);
    expect(line).toMatchObject({ method: 'GET', route: '/ext-authz/:scopes', from: '192.0.2.7' });
    expect(server.logged.join('')).not.toContain('secret-path');
    const metrics = await server.send({ url: '/metrics' });
    expect(metrics.body).toContain('route="/ext-authz/:scopes"');
    expect(metrics.body).not.toContain('secret-path');
  });
});
