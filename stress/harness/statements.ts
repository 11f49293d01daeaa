import { createHash } from 'node:crypto';
import type { Database } from 'keystamp/database';
import { findKeysByHash } from '../../packages/core/src/sql/find-keys-by-hash.js';
import { readClock } from '../../packages/core/src/sql/read-clock.js';
import { writeLastUsed } from '../../packages/core/src/sql/write-last-used.js';
import { quantile } from './report.js';

/** How many keys one statement of the product takes at most. */
export const BATCH = 1_000;

/** Makes keys 1 to `count` of one user, in a database without any; answers with their ids. */
export async function makeKeys(database: Database, count: number): Promise<string[]> {
  await database.query("insert into keystamp.users (id) values ('ada')");
  for (let from = 1; from <= count; from += 100_000) {
    await database.query(
      `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
       select 'ada', 'Key ' || n, 'ks_abcdef', sha256(n::text::bytea) from generate_series($1::int, $2::int) n`,
      [from, Math.min(from + 100_000 - 1, count)],
    );
  }
  await database.query('vacuum analyze keystamp.api_keys');
  const { rows } = await database.query<{ id: string }>('select id from keystamp.api_keys');
  return rows.map(({ id }) => id);
}

/** The hash of key `n`, as a look-up takes it. */
export function hashOf(n: number): string {
  return createHash('sha256').update(String(n)).digest('binary');
}

function someOf<T>(count: number, of: (i: number) => T): T[] {
  return Array.from({ length: BATCH }, () => of(Math.floor(Math.random() * count)));
}

/** Writes a use of up to `BATCH` of these keys; those that were written within the window are left out by the statement. */
export async function flushSome(
  database: Database,
  ids: readonly string[],
  windowMs: number,
): Promise<void> {
  const clock = await readClock(database);
  const chosen = [...new Set(someOf(ids.length, (i) => ids[i] as string))];
  await writeLastUsed(database, {
    ids: chosen,
    usedAtMs: chosen.map(() => clock.databaseMs),
    windowMs,
    nearMs: 0,
    serverStartedMs: clock.serverStartedMs,
    earliestMs: clock.databaseMs - 60_000,
    latestMs: clock.databaseMs + 60_000,
  });
}

/** Looks up `BATCH` of keys 1 to `count`. */
export function lookUpSome(database: Database, count: number): Promise<unknown> {
  return findKeysByHash(
    database,
    someOf(count, (i) => hashOf(i + 1)),
  );
}

/** Rows a second of one connection at `BATCH` rows a statement, in the median of the rounds. */
export async function rowsPerSecond(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    await work();
    took.push(performance.now() - startedAt);
  }
  return (BATCH / quantile(took, 0.5)) * 1_000;
}

/** 15.8 k, 1.2 M. */
export function inThousands(n: number): string {
  if (n >= 1e6) return `${Number((n / 1e6).toPrecision(3))} M`;
  return n >= 1e3 ? `${Number((n / 1e3).toPrecision(3))} k` : `${Number(n.toPrecision(3))}`;
}
