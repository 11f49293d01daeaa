import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;
let keys: Record<string, string>;

beforeAll(async () => {
  server = await createKeyServer();
  const inactiveAndScoped = await server.issue({ userId: 'gone', scopes: ['a'] });
  await server.keystamp.setUserActive('gone', false);
  keys = {
    ...(await server.refusedKeys()),
    malformed: 'ks_garbage',
    empty: '',
    'inactive, and without the scope': inactiveAndScoped.apiKey,
  };
});
afterAll(() => server.close());

function seen(answer: { statusCode: number; body: string; headers: object }) {
  const { date, ...headers } = answer.headers as Record<string, unknown>;
  expect(date).toBeDefined();
  return { status: answer.statusCode, body: answer.body, headers };
}

describe('K2: to a stranger every refusal of a key looks the same', () => {
  it.each([
    '/verify?scope=orders:read',
    '/ext-authz/orders:read/orders/7',
    '/api/api-keys',
    '/api/users',
  ])('%s', async (url) => {
    const refusals = new Set<string>();
    for (const key of Object.values(keys)) {
      refusals.add(JSON.stringify(seen(await server.ask({ url, key }))));
    }
    expect(refusals.size).toBe(1);
    expect(JSON.parse([...refusals][0] as string)).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate': expect.stringMatching(/^(Basic .+, )?Bearer error="invalid_token"$/),
      },
    });
  });

  it('introspection tells {"active": false} and nothing more', async () => {
    const caller = await server.issue({ userId: server.ada.id, scopes: ['introspect'] });
    for (const token of Object.values(keys).filter((key) => key !== '')) {
      const answer = await server.ask({
        method: 'POST',
        url: '/oauth2/introspect',
        key: caller.apiKey,
        payload: new URLSearchParams({ token }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect([answer.statusCode, answer.body]).toEqual([200, '{"active":false}']);
    }
  });

  it('the log counts them by reason, and has no line for each', async () => {
    const refused = () => server.logged.filter((line) => line.includes('API keys were refused'));
    expect(refused()).toHaveLength(0);
    const own = await createKeyServer();
    const bad = await own.refusedKeys();
    for (const key of Object.values(bad)) await own.ask({ url: '/verify', key });
    await own.ask({ url: '/verify', key: 'ks_garbage' });
    await own.close();
    const told = own.logged.filter((line) => line.includes('API keys were refused'));
    expect(told).toHaveLength(1);
    expect(JSON.parse(told[0] as string).refused).toEqual({
      malformed: 1,
      unknown: 1,
      revoked: 1,
      expired: 1,
      disabled: 1,
      user_inactive: 1,
    });
  });
});
