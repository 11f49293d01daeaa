import { METHODS, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerText } from '../../src/routes/forward-auth/identity.js';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

/** RFC 10008 §2: a QUERY without a type of content is refused. */
const ASKED_BY = METHODS.filter((method) => !['CONNECT', 'QUERY'].includes(method));

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
  await server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

function verify(key: string, scope?: string) {
  const query = scope === undefined ? '' : `?scope=${scope}`;
  return server.ask({ url: `/verify${query}`, key });
}

describe('GET /verify', () => {
  describe('204', () => {
    it('tells the proxy who it is, in headers', async () => {
      const { apiKey, key } = await server.issue({ scopes: ['orders:read', 'orders:write'] });
      const answer = await verify(apiKey);
      expect([answer.statusCode, answer.body]).toEqual([204, '']);
      expect(answer.headers).toMatchObject({
        'x-keystamp-user': server.bob.id,
        'x-keystamp-key-id': key.id,
        'x-keystamp-scopes': 'orders:read orders:write',
        'cache-control': 'no-store',
      });
    });

    it('sends the scopes empty where there are none, so that a copied header never is the client’s', async () => {
      const { apiKey } = await server.issue();
      const answer = await verify(apiKey);
      expect(answer.headers['x-keystamp-scopes']).toBe('');
    });

    it.each([
      'zoë@example.com',
      'Ada Ünïcode 🗝',
      'a\r\nx-admin: 1',
      '100%',
      'a+b@example.com',
      'x"y\\z,é',
    ])('percent-encodes the user %j', async (userId) => {
      // By hand: an id of today holds no line break, one from before there was a rule may.
      const { apiKey, key } = await server.issue();
      const query = server.ground.database.query.bind(server.ground.database);
      await query('insert into keystamp.users (id) values ($1)', [userId]);
      await query('update keystamp.api_keys set user_id = $2 where id = $1', [key.id, userId]);
      const sent = String((await verify(apiKey)).headers['x-keystamp-user']);
      expect(sent).toMatch(/^[\x21-\x7e]*$/);
      expect(decodeURIComponent(sent)).toBe(userId);
    });

    it('percent-encodes scopes one by one, so that spaces still part them', async () => {
      const scopes = ['orders:read', '100%', 'a+b'];
      const { apiKey } = await server.issue({ scopes });
      const sent = String((await verify(apiKey)).headers['x-keystamp-scopes']);
      expect(sent.split(' ').map(decodeURIComponent)).toEqual(scopes);
    });

    it('asks for all scopes of the query', async () => {
      const { apiKey } = await server.issue({ scopes: ['a', 'b', 'c'] });
      for (const scope of ['a', 'a+c', 'a%20b', '+a++b+', '']) {
        expect((await verify(apiKey, scope)).statusCode).toBe(204);
      }
      const free = await server.issue();
      expect((await verify(free.apiKey, 'anything:at:all')).statusCode).toBe(204);
    });

    it('answers HEAD alike', async () => {
      const { apiKey } = await server.issue();
      const answer = await server.ask({ method: 'HEAD', url: '/verify', key: apiKey });
      expect(answer.statusCode).toBe(204);
    });

    it.each(ASKED_BY)('answers %s alike', async (method) => {
      const { apiKey, key } = await server.issue();
      expect(await statusOf({ method, apiKey })).toBe(204);
      expect(await server.lastUse(key.id)).not.toBeNull();
      expect(await statusOf({ method })).toBe(401);
    });

    it.each(['GET', 'POST', 'DELETE', 'QUERY'])(
      'reads no body of %s, whatever it is',
      async (method) => {
        const { apiKey } = await server.issue();
        expect(await statusOf({ method, apiKey, body: '{ not JSON' })).toBe(204);
        expect(await statusOf({ method, apiKey, body: 'x'.repeat(1_000_000) })).toBe(204);
        expect(await statusOf({ method, apiKey, body: 'a=b', type: 'text/csv' })).toBe(204);
      },
    );

    it('says the method of the client’s request in the log', async () => {
      const { apiKey: key } = await server.issue();
      const headers = { 'x-forwarded-method': 'DELETE' };
      await server.ask({ url: '/verify', headers, key });
      await server.ask({ url: '/verify', headers: { 'x-forwarded-method': 'made up' }, key });
      const lines = server.logged.map((line) => JSON.parse(line)).filter(({ asked }) => asked);
      expect(lines.map(({ asked, method }) => [asked, method])).toEqual([['DELETE', 'GET']]);
    });
  });

  it.each(['a"b', 'a\\b', 'é', 'a\nb', 'a\u0000'])(
    '400 for the scope %j, which names the field',
    async (scope) => {
      const { apiKey } = await server.issue();
      const answer = await verify(apiKey, encodeURIComponent(scope));
      expect(answer.statusCode).toBe(400);
      expect(answer.json().errors[0].field).toBe('scope');
    },
  );

  it('400 for an unknown parameter and a scope that comes twice', async () => {
    const { apiKey } = await server.issue();
    const unknown = await server.ask({ url: '/verify?scopes=a', key: apiKey });
    expect([unknown.statusCode, unknown.json().errors[0].field]).toEqual([400, 'scopes']);
    const twice = await server.ask({ url: '/verify?scope=a&scope=b', key: apiKey });
    expect([twice.statusCode, twice.json().errors[0].field]).toEqual([400, 'scope']);
  });

  it.each([
    ['a query', (key: string) => `/orders?page=2&token=${key}`, 'token'],
    ['a path', (key: string) => `/orders/${key}?page=2`, 'path'],
  ])('400 for a key in %s of the request that the proxy asks about', async (_name, uri, field) => {
    const { apiKey, key } = await server.issue();
    const ask = (sent?: string) =>
      server.ask({
        url: '/verify',
        headers: { 'x-forwarded-uri': uri(apiKey) },
        ...(sent && { key: sent }),
      });
    for (const answer of [await ask(), await ask(apiKey)]) {
      expect([answer.statusCode, answer.json().errors[0].field]).toEqual([400, field]);
      expect(answer.body).not.toContain(apiKey);
    }
    expect(await server.lastUse(key.id)).toBeNull();
  });

  it('204 whatever the parameters of that request are called: they are the service’s', async () => {
    const { apiKey: key } = await server.issue();
    const headers = { 'x-forwarded-uri': '/orders?api_key=none&access_token=of-another-kind' };
    expect((await server.ask({ url: '/verify', headers, key })).statusCode).toBe(204);
  });

  it('401 without a key: a session does not count', async () => {
    const answer = await server.ask({ url: '/verify', cookie: server.ada.cookie });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/, Bearer$/);
    expect(answer.headers['x-keystamp-user']).toBeUndefined();
  });

  it('403 where one of the scopes is missing, and names all of them', async () => {
    const { apiKey } = await server.issue({ scopes: ['a'] });
    const answer = await verify(apiKey, 'a+b');
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_scope", scope="a b"',
    );
    expect(answer.headers['x-keystamp-user']).toBeUndefined();
  });

  it('403 for introspect where the key does not name it', async () => {
    const { apiKey } = await server.issue({ userId: server.ada.id });
    expect((await verify(apiKey, 'introspect')).statusCode).toBe(403);
  });
});

describe('the text of a header', () => {
  it('is the text itself where that is plain', () => {
    expect(headerText('ada@example.com')).toBe('ada@example.com');
    expect(headerText('tenant/7:ada')).toBe('tenant/7:ada');
    expect(headerText('')).toBe('');
  });

  it('holds no line break', () => {
    expect(headerText('a\r\nx-admin: 1')).toBe('a%0D%0Ax-admin:%201');
  });
});

/** Over a real connection. */
function statusOf(sent: { method: string; apiKey?: string; body?: string; type?: string }) {
  const { method, apiKey, body, type = 'application/json' } = sent;
  const length = body === undefined ? {} : { 'content-length': body.length, 'content-type': type };
  const headers = { ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }), ...length };
  const port = server.context.localPort();
  return new Promise<number | undefined>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/verify', method, headers };
    const outgoing = request(options, (answer) => resolve(answer.resume().statusCode));
    outgoing.on('error', reject).end(body);
  });
}
