import { insertKeys } from '@keystamp/testing/databases/many-keys';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { seeded, shuffle } from '@keystamp/testing/seeded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Session } from '../../src/database/database.js';
import { migrateUp, openDatabase } from '../../src/database/index.js';
import { readClock } from '../../src/sql/read-clock.js';
import { writeLastUsed } from '../../src/sql/write-last-used.js';

const KEYS = 5_000;
const ROWS = 1_000;

const random = seeded(11);
let server: PostgresServer;
let database: Database;
let session: Session;
let ids: string[];
let serverStartedMs: number;
beforeAll(async () => {
  // A server of its own, without analyses: a transaction that is open anywhere on a server, or a snapshot in
  // this database, keeps alive the old versions that a page wants to be rid of.
  server = await startPostgres({ options: { autovacuum: 'off' } });
  database = await openDatabase(server.url);
  await migrateUp(database);
  session = await database.connect();
  ids = (await insertKeys(database, KEYS)).map(({ id }) => id);
  ({ serverStartedMs } = await readClock(session));
});
afterAll(async () => {
  session?.release();
  await database?.end();
  await server?.end();
});

/** Every key once, as flushes of about 1,000, each time in another order. */
async function writeAll(usedAtMs: number): Promise<void> {
  shuffle(ids, random);
  for (let from = 0; from < KEYS; from += ROWS) {
    const some = ids.slice(from, from + ROWS);
    const answer = await writeLastUsed(session, {
      ids: some,
      usedAtMs: some.map(() => usedAtMs),
      windowMs: 0,
      nearMs: 0,
      serverStartedMs,
      earliestMs: 0,
      latestMs: Number.MAX_SAFE_INTEGER,
    });
    expect(answer.unwritten).toEqual([]);
  }
}

async function one<R>(text: string): Promise<R> {
  return (await session.query<R>(text)).rows[0] as R;
}

const sizes = () =>
  one<{ table: string; indexes: string }>(
    `select pg_table_size('keystamp.api_keys') as table, pg_indexes_size('keystamp.api_keys') as indexes`,
  );

describe('the column', () => {
  it('G11 is in no index', async () => {
    const { rows } = await session.query(
      `select indexname from pg_indexes where schemaname = 'keystamp' and indexdef ~ 'last_used_at'`,
    );
    expect(rows).toEqual([]);
  });

  it('G11 is written in the page of its row: table and indexes do not grow with use', async () => {
    const base = Date.now() - 1_000_000;
    for (let round = 0; round < 5; round++) await writeAll(base + round);
    const settled = await sizes();
    await session.query('select pg_stat_force_next_flush()');
    const before = await one<{ updated: number; hot: number }>(counts);
    for (let round = 5; round < 17; round++) await writeAll(base + round);
    await session.query('select pg_stat_force_next_flush()');
    const after = await one<{ updated: number; hot: number }>(counts);
    const updated = after.updated - before.updated;
    expect(updated).toBe(12 * KEYS);
    expect((after.hot - before.hot) / updated).toBeGreaterThanOrEqual(0.99);
    // Were the updates not in their page, each of the twelve rounds would add to the indexes.
    const { table, indexes } = await sizes();
    expect(Number(table)).toBeLessThan(1.2 * Number(settled.table));
    expect(Number(indexes)).toBeLessThan(1.2 * Number(settled.indexes));
  });
});

const counts = `select n_tup_upd::int as updated, n_tup_hot_upd::int as hot
  from pg_stat_user_tables where schemaname = 'keystamp' and relname = 'api_keys'`;
