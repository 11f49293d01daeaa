import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../support/test-server.js';

interface Listed {
  readonly id: string;
  readonly key_count: number;
  readonly last_used_at: string | null;
}

let server: TestServer;
let admin: string;

/** Keys of each user by the hours since they were used; null: no use is recorded. */
const hoursAgo: Readonly<Record<string, readonly (number | null)[]>> = {
  amy: [5],
  ben: [50, 2, null],
  cid: [null, null],
  dot: [],
  eve: [5],
};

beforeAll(async () => {
  server = await createTestServer();
  await server.addUser('zoe', { isAdmin: true });
  admin = await server.signIn('zoe');
  for (const [userId, keys] of Object.entries(hoursAgo)) {
    await server.ground.database.query('insert into keystamp.users (id) values ($1)', [userId]);
    for (const hours of keys) await addKey(userId, hours);
  }
});
afterAll(() => server.close());

async function addKey(userId: string, hours: number | null): Promise<void> {
  const { key } = await server.keystamp.createApiKey({ userId, name: 'A key' });
  await server.ground.database.query(
    `update keystamp.api_keys set last_used_at = date_trunc('hour', now()) - make_interval(hours => $2::int) where id = $1`,
    [key.id, hours],
  );
}

async function list(query: string) {
  const answer = await server.send({ url: `/api/users${query}`, cookie: admin });
  return { status: answer.statusCode, ...answer.json() };
}

async function idsOf(query: string): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await list(`?${query}&limit=2${cursor}`);
    expect(page.status).toBe(200);
    seen.push(...page.users.map(({ id }: Listed) => id).filter((id: string) => id.length === 3));
    if (page.next_cursor === null) return seen;
    cursor = `&cursor=${page.next_cursor}`;
  }
}

describe('GET /api/users', () => {
  it('200: says how many keys each has and when one of them was last used', async () => {
    const { users } = await list('?limit=1000');
    const ben = users.find(({ id }: Listed) => id === 'ben');
    const { keys } = await server.keystamp.listApiKeys({ userId: 'ben' });
    expect(ben).toMatchObject({
      key_count: 3,
      last_used_at: keys[0]?.lastUsedAt?.toISOString(),
    });
    expect(users.find(({ id }: Listed) => id === 'cid')).toMatchObject({
      key_count: 2,
      last_used_at: null,
    });
    expect(users.find(({ id }: Listed) => id === 'dot')).toMatchObject({
      key_count: 0,
      last_used_at: null,
    });
  });

  it.each([
    ['sort=address', ['amy', 'ben', 'cid', 'dot', 'eve']],
    ['sort=address&order=desc', ['eve', 'dot', 'cid', 'ben', 'amy']],
    ['sort=key_count', ['ben', 'cid', 'amy', 'eve', 'dot']],
    ['sort=key_count&order=asc', ['dot', 'amy', 'eve', 'cid', 'ben']],
    ['sort=last_used_at', ['ben', 'amy', 'eve', 'cid', 'dot']],
    ['sort=last_used_at&order=asc', ['amy', 'eve', 'ben', 'cid', 'dot']],
  ])('200: %s is an order that pages follow, each user once', async (query, ids) => {
    expect(await idsOf(query)).toEqual(ids);
  });

  it('200: a last use that was written by hand and is no time is none', async () => {
    await server.ground.database.query(
      `update keystamp.api_keys set last_used_at = 'infinity' where user_id = 'amy'`,
    );
    const { users, status } = await list('?q=amy');
    expect([status, users[0].last_used_at]).toEqual([200, null]);
  });

  it('400: for a cursor of another order, and for a column that is none', async () => {
    const { next_cursor } = await list('?limit=2&sort=key_count');
    for (const query of ['sort=address', 'sort=last_used_at', 'sort=key_count&order=asc']) {
      const answer = await list(`?${query}&cursor=${next_cursor}`);
      expect([answer.status, answer.errors?.[0]?.field]).toEqual([400, 'cursor']);
    }
    expect((await list('?sort=name')).errors[0].field).toBe('sort');
  });
});
