import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

const OFFERED = 'Basic realm="Keystamp", charset="UTF-8", Bearer';

let server: KeyServer;
let withoutBasic: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
  withoutBasic = await createKeyServer({ env: { KEYSTAMP_CARRIERS: 'x-api-key,bearer' } });
});
afterAll(async () => {
  await server?.close();
  await withoutBasic?.close();
});

function basic(name: string, password: string) {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

describe.each([
  ['/verify', 204],
  ['/ext-authz/-/orders/7', 200],
])('a key as the password of HTTP Basic at %s', (url, passed) => {
  const ask = (headers: Record<string, string>) => server.ask({ url, headers });

  it.each(['ada', '', 'any name', 'Zoë 🗝'])('passes beside the user name %j', async (name) => {
    const { apiKey, key } = await server.issue();
    const answer = await ask(basic(name, apiKey));
    expect(answer.statusCode).toBe(passed);
    expect(answer.headers['x-keystamp-key-id']).toBe(key.id);
    expect(await server.lastUse(key.id)).not.toBeNull();
  });

  it('passes with the same key in X-API-Key, and 400 with another', async () => {
    const { apiKey } = await server.issue();
    const other = await server.issue();
    const beside = (key: string) => ({ 'x-api-key': key, ...basic('ada', apiKey) });
    expect((await ask(beside(apiKey))).statusCode).toBe(passed);
    expect((await ask(beside(other.apiKey))).statusCode).toBe(400);
    expect(await server.lastUse(other.key.id)).toBeNull();
  });

  it('401 without a key offers Basic first, so that git and browsers ask', async () => {
    const answer = await ask({});
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, OFFERED]);
    expect(answer.json().detail).toContain('the password of Authorization: Basic');
  });

  it('K2: 401 with one answer for a password that is no valid key, and for malformed ones', async () => {
    const refused = Object.values(await server.refusedKeys());
    const sent = [
      ...refused.map((key) => basic('ada', key)),
      basic('ada', ''),
      { authorization: 'Basic' },
      { authorization: 'Basic !' },
      { authorization: 'Basic YWRh' },
    ];
    const answers = new Set<string>();
    for (const headers of sent) {
      const { statusCode, headers: got, body } = await ask(headers);
      answers.add(JSON.stringify([statusCode, got['www-authenticate'], body]));
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).toContain('invalid_token');
  });

  it('401 for a key in the place of the user name, which proxies log', async () => {
    const { apiKey, key } = await server.issue();
    const answer = await ask(basic(apiKey, ''));
    expect([answer.statusCode, answer.json().detail]).toEqual([
      401,
      expect.stringContaining('The user name holds an API key'),
    ]);
    expect(await server.lastUse(key.id)).toBeNull();
  });

  it('KEYSTAMP_CARRIERS without basic: neither read nor offered, also in the API document', async () => {
    const { apiKey } = await withoutBasic.issue();
    const without = await withoutBasic.ask({ url, headers: basic('ada', apiKey) });
    expect([without.statusCode, without.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(without.json().detail).toContain('The password of Basic is an API key');
    expect((await withoutBasic.ask({ url, key: apiKey })).statusCode).toBe(passed);
    const path = url.startsWith('/verify') ? '/verify' : '/ext-authz/{scopes}';
    const schemesOf = async ({ send }: KeyServer) => {
      const { paths } = (await send({ url: '/openapi.json' })).json();
      return paths[path].get.security.flatMap(Object.keys);
    };
    expect(await schemesOf(server)).toEqual(['bearer', 'api_key', 'basic']);
    expect(await schemesOf(withoutBasic)).toEqual(['bearer', 'api_key']);
  });
});

describe('routes of Keystamp itself', () => {
  it('take no key in Basic, do not offer it, and never fall back to a cookie', async () => {
    const { apiKey, key } = await server.issue();
    const { cookie } = server.bob;
    for (const url of ['/api/api-keys', '/api/auth/me']) {
      const answer = await server.ask({ url, cookie, headers: basic('ada', apiKey) });
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    }
    expect(await server.lastUse(key.id)).toBeNull();
  });
});
