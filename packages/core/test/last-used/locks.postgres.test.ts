import { insertKeys, learn } from '@keystamp/testing/databases/many-keys';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { type Random, seeded, shuffle } from '@keystamp/testing/seeded';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Session } from '../../src/database/database.js';
import { createKeystamp, type Keystamp } from '../../src/index.js';
import { readClock } from '../../src/sql/read-clock.js';
import { type FlushAnswer, writeLastUsed } from '../../src/sql/write-last-used.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
});
afterAll(() => ground.drop());

/** A flush past the schedule: whatever is newer is written. */
async function write(executor: Database | Session, ids: readonly string[], usedAtMs: number) {
  const { serverStartedMs } = await readClock(executor);
  const believed = { earliestMs: 0, latestMs: Number.MAX_SAFE_INTEGER };
  const times = ids.map(() => usedAtMs);
  return writeLastUsed(executor, {
    ids,
    usedAtMs: times,
    windowMs: 0,
    nearMs: 0,
    serverStartedMs,
    ...believed,
  });
}

/** A session in which any wait for a lock is an error. */
async function neverWaiting(database: Database): Promise<Session> {
  const session = await database.connect();
  await session.query(`set lock_timeout = '1ms'`);
  return session;
}

describe('a row that another transaction holds', () => {
  it('G9 is passed over without a wait, and the others of the statement are written', async () => {
    const keys = await insertKeys(ground.database, 10);
    const ids = keys.map(({ id }) => id);
    const holder = await ground.database.connect();
    await holder.query('begin');
    await holder.query('update keystamp.api_keys set revoked_at = now() where id = $1', [ids[4]]);
    const flusher = await neverWaiting(ground.database);
    const answer = await write(flusher, ids, Date.now());
    expect(answer.unwritten).toEqual([{ at: 4, verdict: 'locked', storedMs: null }]);
    await holder.query('commit');
    holder.release();
    const again = await write(flusher, ids.slice(4, 5), Date.now());
    expect(again.unwritten).toEqual([]);
    await flusher.query('reset lock_timeout');
    flusher.release();
    const { rows } = await ground.database.query<{ revoked: boolean; used: boolean }>(
      `select revoked_at is not null as revoked, last_used_at is not null as used
       from keystamp.api_keys where id = $1`,
      [ids[4]],
    );
    expect(rows).toEqual([{ revoked: true, used: true }]);
  });

  it('G4 G9 keeps its use for the first flush after', async () => {
    const keystamp = await instance();
    const [held, free] = await insertKeys(ground.database, 2);
    if (held === undefined || free === undefined) throw new Error('Two keys were asked for.');
    await learn(keystamp, [held, free]);
    const holder = await ground.database.connect();
    await holder.query('begin');
    await holder.query('select from keystamp.api_keys where id = $1 for update', [held.id]);
    const before = Date.now();
    await keystamp.validateUserApiKey(held.apiKey);
    const after = Date.now();
    await keystamp.validateUserApiKey(free.apiKey);
    await until(() => stored(free.id));
    expect(keystamp.health().pendingKeys).toBe(1);
    expect(await stored(held.id)).toBeNull();
    await holder.query('rollback');
    holder.release();
    const at = await until(() => stored(held.id));
    expect(at.getTime()).toBeGreaterThanOrEqual(before - 50);
    expect(at.getTime()).toBeLessThanOrEqual(after + 50);
    expect(keystamp.health().counts.flushFailures).toBe(0);
    await keystamp.close();
  });
});

describe('eight instances that write the same keys, each in an order of its own', () => {
  it('G9 never deadlock, with each other or with revocations and edits of many keys', async () => {
    const ids = (await insertKeys(ground.database, 400)).map(({ id }) => id);
    const random = seeded(9);
    const flushers = Array.from({ length: 8 }, () => shuffled(ids, random));
    const editors = [shuffled(ids, random), shuffled(ids, random)];
    const base = Date.now() - 1_000_000;
    const answers: FlushAnswer[] = [];
    await Promise.all([
      ...flushers.map(async (order, by) => {
        for (let turn = 0; turn < 15; turn++) {
          answers.push(await write(ground.database, order, base + turn * 1_000 + by));
        }
      }),
      ...editors.map(async (order) => {
        for (const id of order.slice(0, 100)) {
          await ground.database.query('update keystamp.api_keys set name = $2 where id = $1', [
            id,
            'Edited',
          ]);
        }
      }),
    ]);
    expect(answers).toHaveLength(8 * 15);
    expect(answers.some((answer) => answer.unwritten.length < ids.length)).toBe(true);
  });
});

async function instance(): Promise<Keystamp> {
  const database = await ground.open();
  return createKeystamp({ database, precisionMs: 200, flushIntervalMs: 50 });
}

async function stored(id: string): Promise<Date | null> {
  const { rows } = await ground.database.query<{ at: Date | null }>(
    'select last_used_at as at from keystamp.api_keys where id = $1',
    [id],
  );
  return rows[0]?.at ?? null;
}

function shuffled(ids: readonly string[], random: Random): string[] {
  const copy = [...ids];
  shuffle(copy, random);
  return copy;
}
