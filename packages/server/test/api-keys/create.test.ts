import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer();
});
afterAll(() => server.close());

function create(payload: object, cookie = server.bob.cookie) {
  return server.ask({ method: 'POST', url: '/api/api-keys', payload, cookie });
}

describe('POST /api/api-keys', () => {
  describe('201', () => {
    it('shows the key once, and it works', async () => {
      const answer = await create({ name: '  Nightly export ' });
      expect(answer.statusCode).toBe(201);
      const { api_key, info } = answer.json();
      expect(info).toMatchObject({
        name: 'Nightly export',
        user_id: server.bob.id,
        scopes: [],
        expires_at: null,
        last_used_at: null,
        status: 'active',
      });
      expect(api_key.startsWith(info.key_prefix)).toBe(true);
      expect((await server.ask({ url: '/verify', key: api_key })).statusCode).toBe(204);
      const got = await server.ask({ url: `/api/api-keys/${info.id}`, cookie: server.bob.cookie });
      expect(got.body).not.toContain(api_key);
    });

    it('takes scopes and an expiry in any zone', async () => {
      const answer = await create({
        name: 'Scoped',
        scopes: ['orders:read', 'orders:write'],
        expires_at: '2030-01-31T14:00:00.5+02:00',
      });
      expect(answer.json().info).toMatchObject({
        scopes: ['orders:read', 'orders:write'],
        expires_at: '2030-01-31T12:00:00.500Z',
      });
    });

    it('makes a key for somebody else, when an administrator asks', async () => {
      const answer = await create({ name: 'For Bob', user_id: server.bob.id }, server.ada.cookie);
      expect(answer.json().info).toMatchObject({
        user_id: server.bob.id,
        user_email: 'bob@example.com',
      });
      const brought = await create({ name: 'Embedded', user_id: 'their-42' }, server.ada.cookie);
      expect(brought.json().info).toMatchObject({ user_id: 'their-42', user_email: null });
    });

    it('lets administrators grant introspect', async () => {
      const answer = await create({ name: 'Gateway', scopes: ['introspect'] }, server.ada.cookie);
      expect(answer.statusCode).toBe(201);
    });

    it('writes who made which key, and from where, to the log', async () => {
      const { info, api_key } = (await create({ name: 'Audited' })).json();
      const line = server.logged
        .map((text) => JSON.parse(text))
        .find((each) => each.key === info.id);
      expect(line).toMatchObject({
        audit: true,
        actor: server.bob.id,
        by: 'session',
        from: '127.0.0.1',
        keyPrefix: info.key_prefix,
        owner: server.bob.id,
        msg: 'API key created',
      });
      expect(server.logged.join('')).not.toContain(api_key);
    });
  });

  it.each([
    ['the address of a user', 'bob@example.com'],
    ['it in another case', 'Bob@Example.com'],
    ['an address of nobody', 'nobody@example.com'],
  ])('400 for %s as the id of a user, and makes none', async (_what, user_id) => {
    const answer = await create({ name: 'A ghost', user_id }, server.ada.cookie);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([
      { field: 'user_id', message: expect.stringMatching(/^expected the id of a user; /) },
    ]);
    const text = 'select from keystamp.users where id = $1';
    expect((await server.ground.database.query(text, [user_id])).rows).toEqual([]);
  });

  it('201 for an id that looks like an address, of a user whom a service brought', async () => {
    const user_id = 'own@example.com';
    await server.keystamp.createApiKey({ userId: user_id, name: 'Of the service' });
    const answer = await create({ name: 'By hand', user_id }, server.ada.cookie);
    expect([answer.statusCode, answer.json().info.user_id]).toEqual([201, user_id]);
  });

  it('400 for the scope introspect in a key of somebody who is no administrator', async () => {
    const before = await server.rows();
    const input = { name: 'Gateway', scopes: ['introspect'], user_id: server.bob.id };
    const answer = await create(input, server.ada.cookie);
    expect([answer.statusCode, answer.json().errors[0].field]).toEqual([400, 'scopes']);
    expect(await server.rows()).toEqual(before);
  });

  describe('403', () => {
    it('for another user, by somebody else than an administrator', async () => {
      const before = await server.rows();
      const answer = await create({ name: 'For Ada', user_id: server.ada.id });
      expect(answer.statusCode).toBe(403);
      expect(await server.rows()).toEqual(before);
    });

    it('for the scope introspect, by somebody else than an administrator', async () => {
      const before = await server.rows();
      const answer = await create({ name: 'Gateway', scopes: ['orders:read', 'introspect'] });
      expect(answer.statusCode).toBe(403);
      expect(answer.json().detail).toContain('introspect');
      expect(await server.rows()).toEqual(before);
    });

    it('from another origin', async () => {
      const before = await server.rows();
      const answer = await server.ask({
        method: 'POST',
        url: '/api/api-keys',
        payload: { name: 'Forged' },
        cookie: server.bob.cookie,
        headers: { origin: 'http://elsewhere.example.com' },
      });
      expect(answer.statusCode).toBe(403);
      expect(await server.rows()).toEqual(before);
    });
  });

  it('201 for its caller where user_id and expires_at are null', async () => {
    const answer = await server.ask({
      method: 'POST',
      url: '/api/api-keys',
      payload: { name: 'Nulls', user_id: null, expires_at: null },
      cookie: server.bob.cookie,
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().info).toMatchObject({ user_id: server.bob.id, expires_at: null });
  });

  it('400: an expiry beyond the limit of this server, or none', async () => {
    const limited = await createKeyServer({ keystamp: { maxExpiryDays: 90 } });
    try {
      const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
      const create = (expires_at?: string | null) =>
        limited.ask({
          method: 'POST',
          url: '/api/api-keys',
          payload: { name: 'CI', ...(expires_at === undefined ? {} : { expires_at }) },
          cookie: limited.ada.cookie,
        });
      for (const refused of [undefined, null, inDays(91)]) {
        const answer = await create(refused);
        expect(answer.statusCode).toBe(400);
        expect(answer.json().errors).toEqual([
          {
            field: 'expires_at',
            message: 'expected a time in the future, at most 90 days from now',
          },
        ]);
      }
      expect((await create(inDays(90))).statusCode).toBe(201);
    } finally {
      await limited.close();
    }
  });

  it('409 above the number of keys a user may have', async () => {
    const small = await createKeyServer({ keystamp: { maxKeysPerUser: 1 } });
    try {
      const make = () =>
        small.ask({
          method: 'POST',
          url: '/api/api-keys',
          payload: { name: 'One' },
          cookie: small.bob.cookie,
        });
      expect((await make()).statusCode).toBe(201);
      const answer = await make();
      expect(answer.statusCode).toBe(409);
      expect(answer.json().type).toBe('urn:keystamp:problem:too_many_keys');
      expect(answer.json().detail).toMatch(/Deleting keys makes room; revoking does not/);
    } finally {
      await small.close();
    }
  });
});
