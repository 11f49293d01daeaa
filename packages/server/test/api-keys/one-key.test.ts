import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer, NOWHERE } from '../support/key-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

type Route = ['GET' | 'PATCH' | 'POST' | 'DELETE', string, object | undefined];

/** Everything that is done to one key. */
const ROUTES: Route[] = [
  ['GET', '', undefined],
  ['PATCH', '', { name: 'Renamed' }],
  ['POST', '/disable', {}],
  ['POST', '/enable', {}],
  ['POST', '/revoke', {}],
  ['POST', '/rotate', {}],
  ['DELETE', '', undefined],
];

function to(id: string, [method, suffix, payload]: Route, cookie: string) {
  return server.ask({
    method,
    url: `/api/api-keys/${id}${suffix}`,
    cookie,
    ...(payload === undefined ? {} : { payload }),
  });
}

async function verify(key: string): Promise<number> {
  return (await server.ask({ url: '/verify', key })).statusCode;
}

describe.each(ROUTES)('%s /api/api-keys/{id}%s', (...route) => {
  it('404 for an unknown key', async () => {
    const answer = await to(NOWHERE, route, server.bob.cookie);
    expect(answer.statusCode).toBe(404);
    expect(answer.json().detail).toBe('API key not found.');
  });

  it("404 for another user's key, word for word as for an unknown one; nothing is changed", async () => {
    const { key } = await server.issue({ userId: server.ada.id });
    const before = await server.rows();
    const answer = await to(key.id, route, server.bob.cookie);
    const unknown = await to(NOWHERE, route, server.bob.cookie);
    expect([answer.statusCode, answer.body]).toEqual([404, unknown.body]);
    expect(await server.rows()).toEqual(before);
  });

  it("reaches another user's key for an administrator", async () => {
    const { key } = await server.issue();
    const answer = await to(key.id, route, server.ada.cookie);
    expect(answer.statusCode).toBeLessThan(300);
  });

  it.each([
    '7',
    'null',
    `${NOWHERE}0`,
    `urn:uuid:${NOWHERE}`,
    `{${NOWHERE}}`,
    encodeURIComponent("' or 1=1 --"),
    '%00',
  ])('400 for the id %s', async (id) => {
    const answer = await to(id, route, server.bob.cookie);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([{ field: 'id', message: 'expected the UUID of a key' }]);
  });
});

describe('GET /api/api-keys/{id}', () => {
  it('200 with the key, by session and by key', async () => {
    const { key, apiKey } = await server.issue({ name: 'Got' });
    const url = `/api/api-keys/${key.id.toUpperCase()}`;
    for (const who of [{ cookie: server.bob.cookie }, { key: apiKey }]) {
      const answer = await server.ask({ url, ...who });
      expect(answer.statusCode).toBe(200);
      expect(answer.json().info).toMatchObject({ id: key.id, name: 'Got', last_used_at: null });
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });
});

describe('PATCH /api/api-keys/{id}', () => {
  const patch = (id: string, payload: object, who: object = { cookie: server.bob.cookie }) =>
    server.ask({ method: 'PATCH', url: `/api/api-keys/${id}`, payload, ...who });

  it('200 changes what is given and nothing else', async () => {
    const { key } = await server.issue({ scopes: ['a'], expiresAt: new Date('2031-01-01') });
    const renamed = await patch(key.id, { name: 'New' });
    expect(renamed.json().info).toMatchObject({
      name: 'New',
      scopes: ['a'],
      expires_at: '2031-01-01T00:00:00.000Z',
    });
    const changed = await patch(key.id, { scopes: ['b', 'c'], expires_at: null });
    expect(changed.json().info).toMatchObject({
      name: 'New',
      scopes: ['b', 'c'],
      expires_at: null,
    });
  });

  it('200 renames by key', async () => {
    const { key, apiKey } = await server.issue({ scopes: ['keystamp:write'] });
    const answer = await patch(key.id, { name: 'By key' }, { key: apiKey });
    expect(answer.json().info.name).toBe('By key');
  });

  it('200 gives an expired key a new expiry by session, and it works again', async () => {
    const { key, apiKey } = await server.issue();
    const past = `update keystamp.api_keys set expires_at = now() - interval '1 s' where id = $1`;
    await server.ground.database.query(past, [key.id]);
    expect(await verify(apiKey)).toBe(401);
    const answer = await patch(key.id, { expires_at: '2031-01-01T00:00:00Z' });
    expect(answer.json().info.status).toBe('active');
    expect(await verify(apiKey)).toBe(204);
  });

  it('200 keeps introspect where it is held; 403 adds it, for somebody else than an administrator', async () => {
    const held = await server.issue({ scopes: ['introspect', 'a'] });
    expect((await patch(held.key.id, { scopes: ['introspect'] })).statusCode).toBe(200);
    const plain = await server.issue({ scopes: ['a'] });
    expect((await patch(plain.key.id, { scopes: ['introspect'] })).statusCode).toBe(403);
    const byAda = (id: string) =>
      patch(id, { scopes: ['introspect'] }, { cookie: server.ada.cookie });
    const ofAda = await server.issue({ userId: server.ada.id, scopes: ['a'] });
    expect((await byAda(ofAda.key.id)).statusCode).toBe(200);
    const refused = await byAda(plain.key.id);
    expect([refused.statusCode, refused.json().errors[0].field]).toEqual([400, 'scopes']);
    expect((await byAda(held.key.id)).statusCode).toBe(200);
  });

  it('409 for a revoked key; nothing is changed', async () => {
    const { key } = await server.issue();
    await server.keystamp.revokeApiKey(key.id);
    const before = await server.rows();
    const answer = await patch(key.id, { name: 'Back' });
    expect(answer.statusCode).toBe(409);
    expect(answer.json().type).toBe('urn:keystamp:problem:key_revoked');
    expect(await server.rows()).toEqual(before);
  });

  it('409 for taking the scopes of a scoped key away', async () => {
    const { key } = await server.issue({ scopes: ['a'] });
    const answer = await patch(key.id, { scopes: [] });
    expect(answer.statusCode).toBe(409);
    expect(answer.json().type).toBe('urn:keystamp:problem:scope_widened');
  });
});

describe('POST /api/api-keys/{id}/revoke', () => {
  const revoke = (id: string, who: object) =>
    server.ask({ method: 'POST', url: `/api/api-keys/${id}/revoke`, ...who });

  it('200 stops the key at once; again changes nothing', async () => {
    const { key, apiKey } = await server.issue();
    expect(await verify(apiKey)).toBe(204);
    const first = await revoke(key.id, { cookie: server.bob.cookie });
    expect(first.json().info).toMatchObject({ status: 'revoked', is_active: false });
    expect(await verify(apiKey)).toBe(401);
    const again = await revoke(key.id, { cookie: server.bob.cookie });
    expect(again.json().info.revoked_at).toBe(first.json().info.revoked_at);
    const audits = server.logged.filter((line) => line.includes(`"key":"${key.id}"`));
    expect(audits.map((line) => JSON.parse(line).msg)).toEqual(['API key revoked']);
  });

  it('200 for an object without fields; 400 for a field, and the key goes on', async () => {
    const { key, apiKey } = await server.issue();
    const { cookie } = server.bob;
    const refused = await revoke(key.id, { cookie, payload: { reason: 'leaked' } });
    expect([refused.statusCode, refused.json().errors, await verify(apiKey)]).toEqual([
      400,
      [{ field: 'reason', message: 'unknown; expected no fields' }],
      204,
    ]);
    expect((await revoke(key.id, { cookie, payload: {} })).statusCode).toBe(200);
    expect(await verify(apiKey)).toBe(401);
  });

  it('200 for an empty body sent as JSON, and for a key that revokes itself', async () => {
    const { key, apiKey } = await server.issue();
    const answer = await revoke(key.id, {
      key: apiKey,
      payload: '',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.statusCode).toBe(200);
    expect(await verify(apiKey)).toBe(401);
  });
});

describe('DELETE /api/api-keys/{id}', () => {
  it('204 and the key is gone', async () => {
    const { key, apiKey } = await server.issue();
    const url = `/api/api-keys/${key.id}`;
    const answer = await server.ask({ method: 'DELETE', url, cookie: server.bob.cookie });
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(await verify(apiKey)).toBe(401);
    expect((await server.ask({ url, cookie: server.bob.cookie })).statusCode).toBe(404);
  });
});
