import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

/** What no key may do, not even one without scopes of an administrator, to itself or another. */
const FORBIDDEN = [
  ['make a key', 'POST', '', { name: 'Child' }],
  ['rotate a key', 'POST', '/:id/rotate', {}],
  ['change scopes', 'PATCH', '/:id', { scopes: ['a', 'b'] }],
  ['take scopes away', 'PATCH', '/:id', { scopes: [] }],
  ['change the expiry', 'PATCH', '/:id', { expires_at: '2031-01-01T00:00:00Z' }],
  ['end the expiry', 'PATCH', '/:id', { expires_at: null }],
  ['enable a key', 'POST', '/:id/enable', {}],
  ['move a key', 'PATCH', '/:id', { user_id: 'bob' }],
  ['rename and slip an expiry in', 'PATCH', '/:id', { name: 'x', expires_at: null }],
] as const;

const ELSEWHERE = [
  ['list users', 'GET', '/api/users', undefined],
  ['add users', 'POST', '/api/users', { email: 'eve@example.com' }],
  ['change users', 'PATCH', '/api/users/:user', { is_admin: true }],
  ['change the password', 'PUT', '/api/auth/password', { current: 'x', new: 'another password' }],
  ['sign out', 'POST', '/api/auth/logout', undefined],
  ['read the account', 'GET', '/api/auth/me', undefined],
] as const;

describe('K5: a key never makes, rotates, enables, moves or widens keys, and never does more than its user may', () => {
  it.each(FORBIDDEN)('403: a key cannot %s', async (_what, method, suffix, payload) => {
    const actor = await server.issue({ userId: server.ada.id });
    const target = await server.issue({ scopes: ['a'], expiresAt: new Date('2030-01-01') });
    await server.lastUse(actor.key.id);
    for (const id of [target.key.id, actor.key.id]) {
      const url = `/api/api-keys${suffix.replace(':id', id)}`;
      const before = await withoutUses();
      const answer = await server.ask({ method, url, key: actor.apiKey, payload });
      expect(answer.statusCode).toBe(403);
      expect(answer.json().detail).toMatch(/sign in/);
      expect(await withoutUses()).toEqual(before);
    }
  });

  it.each(ELSEWHERE)(
    '403: a key cannot %s, with the cookie beside it neither',
    async (_what, method, path, payload) => {
      const { apiKey } = await server.issue({ userId: server.ada.id });
      const url = path.replace(':user', server.bob.id);
      const answer = await server.ask({
        method,
        url,
        key: apiKey,
        cookie: server.ada.cookie,
        ...(payload === undefined ? {} : { payload }),
      });
      expect(answer.statusCode).toBe(403);
    },
  );

  it('a key ends with what its user may: no administrator any more, no keys of others', async () => {
    const carol = await server.addUser('carol', { isAdmin: true });
    const { apiKey } = await server.issue({ userId: carol.id });
    const gateway = await server.issue({ userId: carol.id, scopes: ['introspect'] });
    const all = () => server.ask({ url: '/api/api-keys?user=all', key: apiKey });
    const introspect = () =>
      server.ask({
        method: 'POST',
        url: '/oauth2/introspect',
        key: gateway.apiKey,
        payload: 'token=x',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
    expect([(await all()).statusCode, (await introspect()).statusCode]).toEqual([200, 200]);
    const answer = await server.ask({
      method: 'PATCH',
      url: `/api/users/${carol.id}`,
      cookie: server.ada.cookie,
      payload: { is_admin: false },
    });
    expect(answer.statusCode).toBe(200);
    expect([(await all()).statusCode, (await introspect()).statusCode]).toEqual([403, 403]);
  });

  it('a key without the scope to write cannot disable, revoke, delete or rename', async () => {
    const reader = await server.issue({ scopes: ['keystamp:read'] });
    const target = await server.issue();
    const url = `/api/api-keys/${target.key.id}`;
    const before = await withoutUses();
    for (const request of [
      { method: 'POST', url: `${url}/revoke` },
      { method: 'POST', url: `${url}/disable` },
      { method: 'DELETE', url },
      { method: 'PATCH', url, payload: { name: 'x' } },
      {
        method: 'POST',
        url: '/api/api-keys/bulk-revoke',
        payload: { keys: [{ id: target.key.id, last_used_at: null }] },
      },
      {
        method: 'POST',
        url: '/api/api-keys/bulk-disable',
        payload: { keys: [{ id: target.key.id, last_used_at: null }] },
      },
    ] as const) {
      const answer = await server.ask({ ...request, key: reader.apiKey });
      expect(answer.statusCode).toBe(403);
      expect(answer.headers['www-authenticate']).toContain('insufficient_scope');
    }
    expect(await withoutUses()).toEqual(before);
  });
});

/** The stored keys but for what a use writes: the key that asks is in use. */
async function withoutUses(): Promise<object[]> {
  const rows = (await server.rows()) as Record<string, unknown>[];
  return rows.map(({ version, last_used_at, ...row }) => row);
}
