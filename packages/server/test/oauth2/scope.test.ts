import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;
let gateway: string;

beforeAll(async () => {
  server = await createKeyServer();
  gateway = (await server.issue({ userId: server.ada.id, scopes: ['introspect'] })).apiKey;
});
afterAll(() => server.close());

function introspect(token: string, scope?: string) {
  const form = new URLSearchParams({ token, ...(scope === undefined ? {} : { scope }) });
  return server.app.inject({
    method: 'POST',
    url: '/oauth2/introspect',
    payload: form.toString(),
    headers: {
      authorization: `Bearer ${gateway}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
  });
}

async function verifies(key: string, scope: string) {
  const url = `/verify?scope=${encodeURIComponent(scope)}`;
  return (await server.ask({ url, key })).statusCode === 204;
}

const scopeOf = async (token: string, scope?: string) =>
  (await introspect(token, scope)).json().scope ?? null;

describe('the scope of introspection', () => {
  it('of a key without scopes: all that the resource server knows, as at /verify', async () => {
    const { apiKey } = await server.issue();
    expect(await scopeOf(apiKey, 'orders:read orders:write')).toBe('orders:read orders:write');
    expect(await verifies(apiKey, 'orders:read orders:write')).toBe(true);
  });

  it('of a key without scopes, where the resource server names none: left out', async () => {
    const { apiKey } = await server.issue();
    expect([await scopeOf(apiKey), await scopeOf(apiKey, '')]).toEqual([null, null]);
  });

  it('of a key with scopes: its own, whatever the resource server names', async () => {
    const { apiKey } = await server.issue({ scopes: ['orders:read', 'b'] });
    for (const known of [undefined, 'orders:read', 'orders:write']) {
      expect(await scopeOf(apiKey, known)).toBe('orders:read b');
    }
    expect(await verifies(apiKey, 'orders:write')).toBe(false);
  });

  it('a key without scopes never has introspect, which a key must name', async () => {
    const { apiKey } = await server.issue({ userId: server.ada.id });
    expect(await scopeOf(apiKey, 'introspect')).toBeNull();
    expect(await scopeOf(apiKey, 'introspect orders:read')).toBe('orders:read');
  });

  it('of a key that may not act: none, whatever the resource server names', async () => {
    const { revoked } = await server.refusedKeys();
    expect((await introspect(revoked, 'orders:read')).body).toBe('{"active":false}');
  });

  it.each([
    ['a character that no scope has', 'orders"read'],
    ['a scope that is too long', 'x'.repeat(101)],
    ['too many', 'x '.repeat(2501)],
  ])('400: %s; no use', async (_name, scope) => {
    const { apiKey, key } = await server.issue();
    const answer = await introspect(apiKey, scope);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      400,
      { error: 'invalid_request', errors: [{ field: 'scope' }] },
    ]);
    expect(await server.lastUse(key.id)).toBeNull();
  });
});
