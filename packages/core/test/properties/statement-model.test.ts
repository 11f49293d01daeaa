import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { readClock } from '../../src/sql/read-clock.js';
import { type FlushAnswer, writeLastUsed } from '../../src/sql/write-last-used.js';
import { flushModel, type ModelRow } from './statement-model.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
  await ground.database.query(`insert into keystamp.users (id) values ('ada')`);
});
afterAll(() => ground.drop());

interface GivenKey {
  readonly exists: boolean;
  /** Age of the stored time in ms; null: none is stored. */
  readonly storedAgo: number | null;
  /** Age of the use; below zero it lies in the future. */
  readonly usedAgo: number;
}

// Ages keep away from the edges of the window and of what is near by more than a test takes between two statements.
const age = fc.constantFrom(-60_000, 0, 3_000, 3_010, 3_100, 20_000, 20_010, 90_000);
const given = fc.record({
  keys: fc.array(
    fc.record({
      exists: fc.boolean(),
      storedAgo: fc.option(age, { nil: null }),
      usedAgo: age,
    }) as fc.Arbitrary<GivenKey>,
    { minLength: 1, maxLength: 30 },
  ),
  windowMs: fc.constantFrom(0, 10_000),
  nearMs: fc.constantFrom(0, 25),
  trusted: fc.constantFrom('yes', 'yes', 'yes', 'other server', 'clock ahead', 'clock behind'),
});

describe('the flush statement', () => {
  it('G4 G5 does and answers what its model does', async () => {
    await fc.assert(fc.asyncProperty(given, compare), { numRuns: 150 });
  });
});

type Given = typeof given extends fc.Arbitrary<infer G> ? G : never;

async function compare({ keys, windowMs, nearMs, trusted }: Given): Promise<void> {
  const { database } = ground;
  await database.query('delete from keystamp.api_keys');
  const before = await readClock(database);
  const ids = keys.map(() => randomUUID());
  const stored = keys.map(({ storedAgo }) =>
    storedAgo === null ? null : Math.round(before.databaseMs - storedAgo),
  );
  await insert(database, ids, stored, keys);
  const flush = {
    ids,
    usedAtMs: keys.map(({ usedAgo }) => Math.round(before.databaseMs - usedAgo)),
    windowMs,
    nearMs,
    serverStartedMs: before.serverStartedMs + (trusted === 'other server' ? 1_000 : 0),
    earliestMs: before.databaseMs + (trusted === 'clock behind' ? 60_000 : -50),
    latestMs: before.databaseMs + (trusted === 'clock ahead' ? -1 : 60_000),
  };
  const answer = await writeLastUsed(database, flush);
  const rows = new Map<string, ModelRow>();
  keys.forEach(({ exists }, i) => {
    const row = { lastUsedMs: stored[i] ?? null, isLocked: false, versions: 0 };
    if (exists) rows.set(ids[i] as string, row);
  });
  const nowMs = answer.databaseMs;
  const expected = flushModel(rows, { nowMs, serverStartedMs: answer.serverStartedMs }, flush);
  expect(verdicts(answer)).toEqual(verdicts(expected));
  expect(await readStored(database)).toEqual(
    new Map([...rows].map(([id, { lastUsedMs }]) => [id, lastUsedMs && Math.floor(lastUsedMs)])),
  );
}

async function insert(
  database: Database,
  ids: readonly string[],
  stored: readonly (number | null)[],
  keys: readonly GivenKey[],
): Promise<void> {
  const text = `insert into keystamp.api_keys (id, user_id, name, key_prefix, key_hash, last_used_at)
    select id, 'ada', 'A key', 'ks_', sha256(id::text::bytea), to_timestamp(stored / 1000)
    from unnest($1::uuid[], $2::float8[], $3::boolean[]) as k (id, stored, is_there) where is_there`;
  await database.query(text, [ids, stored, keys.map(({ exists }) => exists)]);
}

function verdicts({ accepted, unwritten }: FlushAnswer) {
  const sorted = [...unwritten].sort((a, b) => a.at - b.at);
  return { accepted, unwritten: sorted };
}

async function readStored(database: Database): Promise<Map<string, number | null>> {
  const { rows } = await database.query<{ id: string; last_used_at: Date | null }>(
    'select id, last_used_at from keystamp.api_keys',
  );
  return new Map(rows.map(({ id, last_used_at }) => [id, last_used_at?.getTime() ?? null]));
}
