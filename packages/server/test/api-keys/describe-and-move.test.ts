import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer, NOWHERE } from '../support/key-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer({ keystamp: { maxKeysPerUser: 20 } });
});
afterAll(() => server.close());

type Who = { cookie?: string; key?: string };

function patch(id: string, payload: object, who: Who = { cookie: server.bob.cookie }) {
  return server.ask({ method: 'PATCH', url: `/api/api-keys/${id}`, payload, ...who });
}
const byAda = () => ({ cookie: server.ada.cookie });

describe('note and metadata', () => {
  it('201 with both, in the key as it is read and listed', async () => {
    const payload = {
      name: 'Described',
      note: ' For the report.\nAsk Ada. ',
      metadata: { team: 'billing', 'keep-until': '2030-01-31', empty: '' },
    };
    const { cookie } = server.bob;
    const made = await server.ask({ method: 'POST', url: '/api/api-keys', payload, cookie });
    const { note, metadata, id } = made.json().info;
    expect([made.statusCode, note, metadata]).toEqual([
      201,
      'For the report.\nAsk Ada.',
      payload.metadata,
    ]);
    const got = await server.ask({ url: `/api/api-keys/${id}`, cookie });
    const listed = await server.ask({ url: '/api/api-keys?q=Described', cookie });
    for (const info of [got.json().info, listed.json().api_keys[0]])
      expect(info).toMatchObject({ note, metadata });
  });

  it('200 changes what is given; null and {} take them away', async () => {
    const { key } = await server.issue({ note: 'Old', metadata: { team: 'billing' } });
    const noted = (await patch(key.id, { note: 'New' })).json().info;
    expect(noted).toMatchObject({ note: 'New', metadata: { team: 'billing' } });
    const tagged = (await patch(key.id, { metadata: { plan: 'pro' } })).json().info;
    expect(tagged).toMatchObject({ note: 'New', metadata: { plan: 'pro' } });
    const bare = (await patch(key.id, { note: null, metadata: {} })).json().info;
    expect([bare.note, bare.metadata]).toEqual([null, {}]);
    expect((await patch(key.id, { note: '  ' })).json().info.note).toBeNull();
  });

  it('200 by key, of a revoked key too, which takes nothing else', async () => {
    const writer = await server.issue({ scopes: ['keystamp:write'] });
    const { key } = await server.issue();
    await server.keystamp.revokeApiKey(key.id);
    const described = { note: 'Leaked on Monday', metadata: { ticket: '4711' } };
    const answer = await patch(key.id, described, { key: writer.apiKey });
    expect(answer.json().info).toMatchObject({ status: 'revoked', ...described });
    const before = await server.rows();
    const mixed = await patch(key.id, { note: 'Other', name: 'Other' });
    expect([mixed.statusCode, mixed.json().type]).toEqual([
      409,
      'urn:keystamp:problem:key_revoked',
    ]);
    expect(await server.rows()).toEqual(before);
  });
});

describe('PATCH user_id', () => {
  it('200 moves the key, which works on; the log says from whom to whom', async () => {
    const { key, apiKey } = await server.issue({ name: 'Moving', scopes: ['a'] });
    const verify = () => server.ask({ url: '/verify?scope=a', key: apiKey });
    expect((await verify()).headers['x-keystamp-user']).toBe(server.bob.id);
    const answer = await patch(key.id, { user_id: server.ada.id }, byAda());
    expect(answer.json().info).toMatchObject({
      id: key.id,
      user_id: server.ada.id,
      user_email: 'ada@example.com',
      scopes: ['a'],
      status: 'active',
    });
    const after = await verify();
    expect([after.statusCode, after.headers['x-keystamp-user']]).toEqual([204, server.ada.id]);
    expect((await patch(key.id, { name: 'Mine?' })).statusCode).toBe(404);
    const line = server.logged.map((text) => JSON.parse(text)).find((each) => each.key === key.id);
    expect(line).toMatchObject({
      msg: 'API key moved',
      actor: server.ada.id,
      owner: server.ada.id,
      previousOwner: server.bob.id,
      changed: 'user_id',
    });
  });

  it('200 with other fields; to the same user it is no move', async () => {
    const { key } = await server.issue();
    const named = await patch(key.id, { name: 'Moved', user_id: 'their-7' }, byAda());
    expect(named.json().info).toMatchObject({ name: 'Moved', user_id: 'their-7' });
    expect((await patch(key.id, { user_id: 'their-7' }, byAda())).statusCode).toBe(200);
    const lines = server.logged.filter((line) => line.includes(`"key":"${key.id}"`));
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['API key moved', 'API key changed']);
  });

  it.each([
    ['the address of a user', 'bob@example.com'],
    ['an address of nobody', 'nobody@example.com'],
  ])('400 for %s; nothing is changed', async (_what, user_id) => {
    const { key } = await server.issue({ userId: server.ada.id });
    const before = await server.rows();
    const answer = await patch(key.id, { user_id }, byAda());
    expect([answer.statusCode, answer.json().errors]).toEqual([
      400,
      [{ field: 'user_id', message: expect.stringMatching(/^expected the id of a user; /) }],
    ]);
    expect(await server.rows()).toEqual(before);
    const text = 'select from keystamp.users where id = $1';
    expect((await server.ground.database.query(text, [user_id])).rows).toEqual([]);
  });

  it('403 for somebody else than an administrator, and for every key', async () => {
    const { key } = await server.issue();
    const adas = await server.issue({ userId: server.ada.id });
    const before = (await server.keystamp.getApiKey(key.id))?.userId;
    for (const who of [{ cookie: server.bob.cookie }, { key: adas.apiKey }]) {
      const answer = await patch(key.id, { user_id: server.ada.id }, who);
      expect(answer.statusCode).toBe(403);
    }
    expect((await server.keystamp.getApiKey(key.id))?.userId).toBe(before);
  });

  it('404 for an unknown key, and no user is added', async () => {
    expect((await patch(NOWHERE, { user_id: 'their-8' }, byAda())).statusCode).toBe(404);
    const text = 'select from keystamp.users where id = $1';
    expect((await server.ground.database.query(text, ['their-8'])).rows).toEqual([]);
  });

  it("409 where its scopes are not the new user's to have, until they are taken from it", async () => {
    const { key } = await server.issue({
      userId: server.ada.id,
      scopes: ['introspect', 'keystamp:read'],
    });
    const before = await server.rows();
    const answer = await patch(key.id, { user_id: server.bob.id }, byAda());
    expect([answer.statusCode, answer.json().detail]).toEqual([
      409,
      expect.stringContaining('take it from the key first'),
    ]);
    const added = { user_id: server.bob.id, scopes: ['introspect'] };
    expect((await patch(key.id, added, byAda())).statusCode).toBe(409);
    expect(await server.rows()).toEqual(before);
    const without = { user_id: server.bob.id, scopes: ['keystamp:read'] };
    expect((await patch(key.id, without, byAda())).json().info).toMatchObject(without);
    const carol = await server.addUser('carol', { isAdmin: true });
    const gateway = await server.issue({ userId: server.ada.id, scopes: ['introspect'] });
    const moved = await patch(gateway.key.id, { user_id: carol.id }, byAda());
    expect(moved.json().info.user_id).toBe(carol.id);
  });

  it('409 of a revoked key, and where the new user has as many keys as one may have', async () => {
    const { key } = await server.issue();
    await server.keystamp.revokeApiKey(key.id);
    expect((await patch(key.id, { user_id: 'their-9' }, byAda())).json().type).toBe(
      'urn:keystamp:problem:key_revoked',
    );
    for (let i = 0; i < 20; i++) await server.issue({ userId: 'full' });
    const active = await server.issue();
    const before = await server.rows();
    const answer = await patch(active.key.id, { user_id: 'full' }, byAda());
    expect([answer.statusCode, answer.json().type]).toEqual([
      409,
      'urn:keystamp:problem:too_many_keys',
    ]);
    expect(await server.rows()).toEqual(before);
  });
});
