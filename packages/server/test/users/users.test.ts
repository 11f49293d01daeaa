import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestServer, PASSWORD, type TestServer } from '../support/test-server.js';

let server: TestServer;
let admin: string;
let adminId: string;
let user: string;
let bob: { id: string };
let count = 0;

beforeAll(async () => {
  server = await createTestServer();
  adminId = (await server.addUser('ada', { isAdmin: true })).id;
  admin = await server.signIn('ada');
});
beforeEach(async () => {
  const name = `bob${++count}`;
  bob = await server.addUser(name);
  user = await server.signIn(name);
});
afterAll(() => server.close());

const post = (payload: object, cookie = admin) =>
  server.send({ method: 'POST', url: '/api/users', payload, cookie });
const patch = (id: string, payload: object, cookie = admin) =>
  server.send({ method: 'PATCH', url: `/api/users/${id}`, payload, cookie });
const list = (query = '', cookie = admin) => server.send({ url: `/api/users${query}`, cookie });

async function isSignedIn(cookie: string): Promise<boolean> {
  return (await server.send({ url: '/api/auth/me', cookie })).statusCode === 200;
}

describe('GET /api/users', () => {
  it('200: lists all, sorted by address, and nothing of a password', async () => {
    const answer = await list();
    expect(answer.statusCode).toBe(200);
    const { users, next_cursor } = answer.json();
    expect(next_cursor).toBeNull();
    const emails = users.map((each: { email: string }) => each.email);
    expect(emails).toEqual([...emails].sort());
    expect(Object.keys(users[0]).sort()).toEqual([
      'created_at',
      'email',
      'has_password',
      'id',
      'is_active',
      'is_admin',
      'key_count',
      'last_used_at',
      'name',
    ]);
    expect(answer.body).not.toContain('argon2');
  });

  it('200: pages through all of them once', async () => {
    const all = (await list('?limit=1000')).json().users.map((each: { id: string }) => each.id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { users: { id: string }[]; next_cursor: string | null } = (
        await list(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      ).json();
      seen.push(...page.users.map((each) => each.id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(all);
  });

  it('200: finds by part of address, name or id, whatever the case, with no wildcards', async () => {
    await post({ email: 'carol@example.com', name: '100% Carol_1' });
    const found = async (q: string) =>
      (await list(`?q=${encodeURIComponent(q)}`))
        .json()
        .users.map((u: { email: string }) => u.email);
    expect(await found('CAROL@')).toEqual(['carol@example.com']);
    expect(await found('0% carol_')).toEqual(['carol@example.com']);
    expect(await found('%')).toEqual(['carol@example.com']);
    expect(await found('nobody at all')).toEqual([]);
  });

  it('200: shows a user that an embedding service brought, with nulls', async () => {
    await server.keystamp.createApiKey({ userId: 'service-user-7', name: 'A key' });
    const { users } = (await list('?q=service-user-7')).json();
    expect(users).toEqual([
      expect.objectContaining({
        id: 'service-user-7',
        email: null,
        name: null,
        has_password: false,
      }),
    ]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=ten', 'limit'],
    ['cursor=bm90IG91cnM', 'cursor'],
    ['cursor=!', 'cursor'],
    ['cursor=WyJcdTAwMDAiLCIiXQ', 'cursor'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['q=%00', 'q'],
    ['page=2', 'page'],
  ])('400: ?%s', async (query, field) => {
    const answer = await list(`?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors.map((error: { field: string }) => error.field)).toEqual([field]);
  });

  it('401 for strangers, 403 for everybody but administrators', async () => {
    expect((await server.send({ url: '/api/users' })).statusCode).toBe(401);
    expect((await list('', user)).statusCode).toBe(403);
  });

  it('403: never by key, not even by an administrator’s (K5)', async () => {
    const { apiKey } = await server.keystamp.createApiKey({ userId: adminId, name: 'A key' });
    for (const headers of [{ 'x-api-key': apiKey }, { 'x-api-key': apiKey, cookie: admin }]) {
      const answer = await server.app.inject({ url: '/api/users', headers });
      expect(answer.statusCode).toBe(403);
    }
  });
});

describe('POST /api/users', () => {
  it('201: adds one who can sign in', async () => {
    const answer = await post({ email: ' Dora@example.com ', name: ' Dora ', password: PASSWORD });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().user).toMatchObject({
      email: 'Dora@example.com',
      name: 'Dora',
      is_admin: false,
      is_active: true,
      has_password: true,
    });
    await server.signIn('dora');
    expect(server.logged.join('')).not.toContain(PASSWORD);
  });

  it.each([
    ['emil', {}],
    ['erna', { password: null, name: null }],
  ])('201: without a password nobody can sign in (%s)', async (name, more) => {
    const answer = await post({ email: `${name}@example.com`, ...more });
    expect(answer.json().user).toMatchObject({ name: null, has_password: false });
    await expect(server.signIn(name)).rejects.toThrow('401');
  });

  it('201: writes an audit line: who, whom, from where', async () => {
    const { id } = (await post({ email: 'frida@example.com' })).json().user;
    const line = server.logged.find((each) => each.includes('added a user') && each.includes(id));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      audit: true,
      actor: adminId,
      by: 'session',
      from: '127.0.0.1',
      user: id,
    });
  });

  it('409: the address is taken, whatever its case', async () => {
    const answer = await post({ email: 'ADA@EXAMPLE.COM' });
    expect(answer.statusCode).toBe(409);
    expect(answer.json().errors).toEqual([{ field: 'email', message: 'taken by another user' }]);
  });

  it('409: the address is the id of a user, whatever its case, whose keys would outlive a deactivation', async () => {
    await server.keystamp.createApiKey({ userId: 'Hal@example.com', name: 'A key' });
    for (const email of ['Hal@example.com', 'hal@EXAMPLE.com']) {
      const answer = await post({ email });
      expect(answer.statusCode).toBe(409);
      expect(answer.json().errors).toEqual([{ field: 'email', message: 'taken by another user' }]);
    }
  });

  it('403: only for administrators', async () => {
    expect((await post({ email: 'gus@example.com' }, user)).statusCode).toBe(403);
  });
});

describe('PATCH /api/users/{id}', () => {
  it('200: changes only what is given', async () => {
    const renamed = await patch(bob.id, { name: 'Robert' });
    expect(renamed.statusCode).toBe(200);
    expect(renamed.json().user).toMatchObject({ name: 'Robert', is_active: true, is_admin: false });
    expect((await patch(bob.id, { name: null })).json().user.name).toBeNull();
    expect(await isSignedIn(user)).toBe(true);
  });

  it('200: the audit line says what came of it, and there is none where nothing changed', async () => {
    const changes = [
      { is_active: false },
      { is_active: false, is_admin: false },
      { is_active: true, is_admin: true, name: 'Robert' },
      { is_admin: true },
      { is_admin: false, password: 'quite another password' },
    ];
    for (const change of changes) expect((await patch(bob.id, change)).statusCode).toBe(200);
    const lines = server.logged
      .filter((each) => each.includes('changed a user') && each.includes(bob.id))
      .map((each) => JSON.parse(each));
    const inCommon = { audit: true, actor: adminId, user: bob.id, from: '127.0.0.1' };
    expect(lines).toEqual([
      expect.objectContaining({ ...inCommon, changed: 'is_active', isActive: false }),
      expect.objectContaining({
        ...inCommon,
        changed: 'name,is_admin,is_active',
        isActive: true,
        isAdmin: true,
      }),
      expect.objectContaining({
        ...inCommon,
        changed: 'is_admin,password',
        isAdmin: false,
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('Robert');
  });

  it('200: deactivation ends sessions', async () => {
    expect((await patch(bob.id, { is_active: false })).json().user.is_active).toBe(false);
    expect(await isSignedIn(user)).toBe(false);
    await patch(bob.id, { is_active: true });
    expect(await isSignedIn(user)).toBe(false);
  });

  it('200: a new password ends the sessions of the old one', async () => {
    const next = 'set by an administrator';
    expect((await patch(bob.id, { password: next })).statusCode).toBe(200);
    expect(await isSignedIn(user)).toBe(false);
    await expect(server.signIn(`bob${count}`)).rejects.toThrow('401');
    await server.signIn(`bob${count}`, next);
  });

  it('403: the own password goes another way, which asks for the current one', async () => {
    expect((await patch(adminId, { password: 'a new one for myself' })).statusCode).toBe(403);
    expect(await isSignedIn(admin)).toBe(true);
  });

  it('403: only for administrators, also about oneself', async () => {
    expect((await patch(bob.id, { is_admin: true }, user)).statusCode).toBe(403);
  });

  it('404: an unknown id', async () => {
    expect((await patch('nobody', { name: 'X' })).statusCode).toBe(404);
  });

  it('400: an id that no user can have', async () => {
    expect((await patch('%00', { name: 'X' })).statusCode).toBe(400);
    expect((await patch('x'.repeat(256), { name: 'X' })).statusCode).toBe(400);
  });

  it.each([{ is_admin: false }, { is_active: false }])(
    '409: the last active administrator stays: %o',
    async (change) => {
      const answer = await patch(adminId, change);
      expect(answer.statusCode).toBe(409);
      expect(await isSignedIn(admin)).toBe(true);
      expect((await list('?q=ada')).json().users[0]).toMatchObject({
        is_admin: true,
        is_active: true,
      });
    },
  );

  it('409: of two administrators who demote each other at once, one stays', async () => {
    await patch(bob.id, { is_admin: true });
    const answers = await Promise.all([
      patch(adminId, { is_admin: false }, user),
      patch(bob.id, { is_admin: false }, admin),
    ]);
    const statuses = answers.map((answer) => answer.statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const { rows } = await server.ground.database.query<{ id: string }>(
      'select id from keystamp.users where is_admin and is_active',
    );
    expect(rows).toHaveLength(1);
    await server.ground.database.query('update keystamp.users set is_admin = id = $1', [adminId]);
  });
});
