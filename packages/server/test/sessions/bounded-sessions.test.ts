import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertSession } from '../../src/sql/insert-session.js';
import { MAX_SESSIONS_PER_USER } from '../../src/sql/sweep-sessions.js';
import { createTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let bob: { id: string; hash: string };

beforeAll(async () => {
  server = await createTestServer();
  await server.addUser('ada');
  const { id } = await server.addUser('bob');
  const { rows } = await server.ground.database.query<{ password_hash: string }>(
    'select password_hash from keystamp.users where id = $1',
    [id],
  );
  bob = { id, hash: rows[0]?.password_hash as string };
});
afterAll(() => server.close());

function begin(): Promise<boolean> {
  return insertSession(server.ground.database, randomBytes(32), bob.id, bob.hash);
}

async function countSessions(where = 'true'): Promise<number> {
  const { rows } = await server.ground.database.query<{ count: number }>(
    `select count(*)::int as count from keystamp.sessions where ${where}`,
  );
  return rows[0]?.count as number;
}

async function status(cookie: string): Promise<number> {
  return (await server.send({ url: '/api/auth/me', cookie })).statusCode;
}

it('of the sessions of a user the newest 50 stay, and nobody else loses one', async () => {
  const others = await server.signIn('ada');
  const first = await server.signIn('bob');
  const second = await server.signIn('bob');
  for (let begun = 2; begun <= MAX_SESSIONS_PER_USER; begun++) expect(await begin()).toBe(true);
  expect(await countSessions(`user_id = '${bob.id}'`)).toBe(MAX_SESSIONS_PER_USER);
  expect(await status(first)).toBe(401);
  expect(await status(second)).toBe(200);
  expect(await status(others)).toBe(200);
});

it('a sign-in removes sessions that are over, a bounded number of them', async () => {
  await server.ground.database.query(
    `insert into keystamp.sessions (id_hash, user_id, created_at, seen_at)
      select pg_catalog.sha256(pg_catalog.convert_to(n::text, 'UTF8')), (select id from keystamp.users where email = 'ada@example.com'),
        now() - interval '8 days', now() - interval '13 hours' from generate_series(1, 30) n`,
  );
  const over = `seen_at < now() - interval '12 hours'`;
  await begin();
  expect(await countSessions(over)).toBe(10);
  await begin();
  expect(await countSessions(over)).toBe(0);
});

it('has the indexes by which a sign-in finds what it removes', async () => {
  const { rows } = await server.ground.database.query<{ indexdef: string }>(
    `select indexdef from pg_indexes where schemaname = 'keystamp' and tablename = 'sessions'`,
  );
  expect(rows.map(({ indexdef }) => /\((.*)\)/.exec(indexdef)?.[1]).sort()).toEqual([
    'id_hash',
    'seen_at',
    'user_id, created_at',
  ]);
});
