import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { until } from '@keystamp/testing/until';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { EventRetention } from '../../src/history/retention.js';
import { createKeystamp } from '../../src/index.js';
import { silent } from '../../src/log.js';

const HOUR_MS = 3_600_000;

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase();
});
afterAll(() => ground.drop());
beforeEach(async () => {
  await ground.database.query('delete from keystamp.key_events');
});
afterEach(() => vi.restoreAllMocks());

/** Adds so many events of an age, such as `400 days`. */
const addEvents = (count: number, age: string) =>
  ground.database.query(
    `insert into keystamp.key_events (key_id, user_id, at, kind, actor, detail)
     select gen_random_uuid(), 'ada', now() - $2::interval, 'updated', '{"kind": "library"}', '{}'
     from generate_series(1, $1::int)`,
    [count, age],
  );

async function countEvents(): Promise<number> {
  const text = 'select count(*)::int as count from keystamp.key_events';
  const { rows } = await ground.database.query<{ count: number }>(text);
  return rows[0]?.count ?? 0;
}

const retentionOf = (historyDays: number, logger = silent) =>
  new EventRetention({ database: ground.database, historyDays, logger });

describe('K7 the history', () => {
  it('loses events that are older than its days, and no younger one', async () => {
    await addEvents(3, '9600 hours 1 minute');
    await addEvents(2, '9599 hours 59 minutes');
    expect(await retentionOf(400).deletePiece()).toBe(HOUR_MS);
    expect(await countEvents()).toBe(2);
  });

  it('loses the oldest 1,000 with one statement, and the rest a second later', async () => {
    await addEvents(1_000, '1000 days');
    await addEvents(1, '500 days');
    const retention = retentionOf(400);
    expect(await retention.deletePiece()).toBe(1_000);
    const { rows } = await ground.database.query(
      `select at < now() - interval '999 days' as is_oldest from keystamp.key_events`,
    );
    expect(rows).toEqual([{ is_oldest: false }]);
    expect(await retention.deletePiece()).toBe(HOUR_MS);
    expect(await countEvents()).toBe(0);
  });

  it('is cut by an instance after a minute, and not by one that ends sooner', async () => {
    await addEvents(2, '31 days');
    await addEvents(1, '29 days');
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const keystamp = await createKeystamp({ database: await ground.open(), historyDays: 30 });
    try {
      const minute = timers.mock.calls.find(([, ms]) => ms === 60_000);
      expect(await countEvents()).toBe(3);
      minute?.[0]();
      await until(async () => (await countEvents()) === 1, { timeoutMs: 10_000 });
    } finally {
      await keystamp.close();
    }
  });

  it('stays as it is once the instance has ended', async () => {
    let statements = 0;
    const database: Database = {
      ...ground.database,
      query: (...given) => {
        statements++;
        return ground.database.query(...given);
      },
    };
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const retention = new EventRetention({ database, historyDays: 400, logger: silent });
    retention.start();
    const minute = timers.mock.calls.find(([, ms]) => ms === 60_000);
    await retention.close();
    minute?.[0]();
    await new Promise(setImmediate);
    expect([minute?.[1], statements]).toEqual([60_000, 0]);
  });
});

it('a failure is one line, and tried again in an hour', async () => {
  const lines: string[] = [];
  const logger = { ...silent, warn: (_: object, message: string) => void lines.push(message) };
  const failing = await createTestDatabase({ migrated: false });
  try {
    const { database } = failing;
    const retention = new EventRetention({ database, historyDays: 400, logger });
    expect(await retention.deletePiece()).toBe(HOUR_MS);
    expect(lines).toEqual(['Could not delete old events of the history; trying again in an hour.']);
  } finally {
    await failing.drop();
  }
});
