import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

async function verify(key: string): Promise<number> {
  return (await server.ask({ url: '/verify', key })).statusCode;
}

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
