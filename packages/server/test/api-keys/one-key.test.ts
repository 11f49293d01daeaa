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

describe('POST /api/api-keys/{id}/rotate', () => {
  const rotate = (id: string, payload?: object) =>
    server.ask({
      method: 'POST',
      url: `/api/api-keys/${id}/rotate`,
      cookie: server.bob.cookie,
      ...(payload === undefined ? {} : { payload }),
    });

  it('201 with a successor of the same name, scopes, description and expiry; without grace the old key stops', async () => {
    const expiresAt = new Date('2031-01-01');
    const described = { note: 'For the report', metadata: { team: 'billing' } };
    const old = await server.issue({ name: 'Turned', scopes: ['a'], expiresAt, ...described });
    const answer = await rotate(old.key.id, { grace_seconds: 0 });
    expect(answer.statusCode).toBe(201);
    const { api_key, info } = answer.json();
    expect(info).toMatchObject({
      name: 'Turned',
      scopes: ['a'],
      user_id: server.bob.id,
      expires_at: expiresAt.toISOString(),
      last_used_at: null,
      predecessor_id: old.key.id,
      successor_id: null,
      ...described,
    });
    expect(info.id).not.toBe(old.key.id);
    expect([await verify(old.apiKey), await verify(api_key)]).toEqual([401, 204]);
  });

  it.each([
    ['no body', undefined],
    ['no grace', {}],
    ['null', { grace_seconds: null }],
  ])('201 lets the old key go on for a day where the grace is %s', async (_what, payload) => {
    const { key, apiKey } = await server.issue();
    const answer = await rotate(key.id, payload);
    expect([answer.statusCode, await verify(apiKey)]).toEqual([201, 204]);
    const { info } = (
      await server.ask({ url: `/api/api-keys/${key.id}`, cookie: server.bob.cookie })
    ).json();
    expect(info.successor_id).toBe(answer.json().info.id);
    const graceMs = Date.parse(info.expires_at) - Date.parse(answer.json().info.created_at);
    expect(Math.round(graceMs / 3_600_000)).toBe(24);
  });

  it('201 lets the old key go on for the grace', async () => {
    const old = await server.issue();
    const { api_key } = (await rotate(old.key.id, { grace_seconds: 3600 })).json();
    expect([await verify(old.apiKey), await verify(api_key)]).toEqual([204, 204]);
    const info = await server.keystamp.getApiKey(old.key.id);
    expect(info?.expiresAt?.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000 + 1000);
  });

  it('gives nobody the scope introspect anew: 403 for who is no administrator, 409 for the key of one that is none', async () => {
    const carol = await server.addUser('carol', { isAdmin: true });
    const cookie = await server.signIn('carol');
    const { key } = await server.issue({ userId: carol.id, scopes: ['introspect'] });
    const turn = (id: string, by = cookie) =>
      server.ask({ method: 'POST', url: `/api/api-keys/${id}/rotate`, cookie: by });
    const rotated = await turn(key.id);
    expect([rotated.statusCode, rotated.json().info.scopes]).toEqual([201, ['introspect']]);
    const { id } = rotated.json().info;
    await server.ask({
      method: 'PATCH',
      url: `/api/users/${carol.id}`,
      payload: { is_admin: false },
      cookie: server.ada.cookie,
    });
    const before = await server.rows();
    const [own, byAda] = [await turn(id), await turn(id, server.ada.cookie)];
    expect([own.statusCode, own.json().detail]).toEqual([
      403,
      'Only administrators may grant the scope introspect.',
    ]);
    expect([byAda.statusCode, byAda.json().detail]).toEqual([
      409,
      expect.stringContaining('take it from the key first, or make a new key'),
    ]);
    expect(await server.rows()).toEqual(before);
  });

  it('409 for a key that was rotated, with the successor to rotate; nothing is changed', async () => {
    const { key } = await server.issue();
    const { info } = (await rotate(key.id, { grace_seconds: 3600 })).json();
    const before = await server.rows();
    const answer = await rotate(key.id, { grace_seconds: 3600 });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      type: 'urn:keystamp:problem:key_rotated',
      detail: `The key has been rotated already: rotate its successor ${info.key_prefix} (id ${info.id}) instead.`,
    });
    expect(await server.rows()).toEqual(before);
    const url = `/api/api-keys/${key.id}`;
    const old = await server.ask({ url, cookie: server.bob.cookie });
    expect(Object.keys(old.json().info)).toEqual(Object.keys(info));
  });

  it('409 for a revoked key', async () => {
    const { key } = await server.issue();
    await server.keystamp.revokeApiKey(key.id);
    const before = await server.rows();
    expect((await rotate(key.id)).statusCode).toBe(409);
    expect(await server.rows()).toEqual(before);
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
