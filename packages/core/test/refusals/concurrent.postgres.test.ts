import { randomUUID } from 'node:crypto';
import type {} from '@keystamp/testing/databases/global-setup';
import { until } from '@keystamp/testing/until';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Session } from '../../src/database/database.js';
import { RefusedKeys } from '../../src/refusals/refused-keys.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { FROM, issueDisabled, keyOf, noteLines, present, refusalsOf, THEN } from './refused.js';

const FAILED = 'Refused keys could not be written';

let noted: ReturnType<typeof noteLines>;
let test: TestKeystamp;
let session: Session;
beforeEach(async () => {
  noted = noteLines();
  test = await createTestKeystamp({ logger: noted.logger });
  session = await test.ground.database.connect();
});
afterEach(async () => {
  session.release();
  await test.close();
});

/** What an instance writes by. */
async function openRefusedKeys(): Promise<RefusedKeys> {
  const database = await test.ground.open();
  return new RefusedKeys({ database, cancel: async () => {}, logger: noted.logger });
}

async function isWaiting(): Promise<boolean> {
  const { rows } = await test.ground.database.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
       and query ~ '^insert into keystamp.key_events'`,
  );
  return rows.length > 0;
}

describe('K9 two instances', () => {
  it.each(['commit', 'rollback'])(
    'write one row, where the second waits for the %s of the first',
    async (end) => {
      const key = keyOf(randomUUID());
      const [first, second] = [await openRefusedKeys(), await openRefusedKeys()];
      first.record(key, 'disabled', FROM, THEN);
      await first.flush();
      await session.query('begin');
      // The row of the first, as it is before its commit.
      await session.query('create temporary table kept as select * from keystamp.key_events');
      await session.query('commit');
      await session.query(`delete from keystamp.key_events where kind = 'refused'`);
      await session.query('begin');
      await session.query(
        `insert into keystamp.key_events (key_id, user_id, at, kind, actor, detail, slot)
         select key_id, user_id, at, kind, actor, detail, slot from kept where kind = 'refused'`,
      );
      second.record(key, 'disabled', FROM, THEN + 1);
      const written = second.flush();
      await until(isWaiting);
      await session.query(end);
      await written;
      await second.flush();
      expect(await refusalsOf(test.keystamp, key.id)).toHaveLength(1);
    },
  );

  it('never deadlock, in whatever order their keys were presented', async () => {
    const [first, second] = [await openRefusedKeys(), await openRefusedKeys()];
    for (let turn = 0; turn < 10; turn++) {
      const keys = Array.from({ length: 1_000 }, () => keyOf(randomUUID()));
      for (const key of keys) first.record(key, 'disabled', FROM, THEN + turn);
      for (const key of keys.reverse()) second.record(key, 'disabled', FROM, THEN + turn);
      await Promise.all([first.flush(), second.flush()]);
    }
    const { rows } = await session.query(
      `select count(*)::int as n from keystamp.key_events where kind = 'refused'`,
    );
    expect(rows).toEqual([{ n: 10_000 }]);
    expect(noted.of(FAILED)).toEqual([]);
  });
});

describe('while another session holds a lock on the whole history', () => {
  it('G7 keys are answered, uses are stored, and the row comes after', async () => {
    const { keystamp } = test;
    const good = await test.issue();
    const { apiKey, key } = await issueDisabled(test);
    await session.query('begin');
    await session.query('lock table keystamp.key_events in access exclusive mode');
    expect(await present(keystamp, apiKey)).toBe('disabled');
    await until(isWaiting);
    expect(await present(keystamp, good.apiKey)).toBe('valid');
    await until(async () => (await test.stored(good.key.id)) !== null);
    await until(() => noted.of(FAILED).length > 0);
    // It is cancelled; behind a pooler nobody knows which one to cancel.
    const ground = inject('testGround');
    if (ground.kind === 'postgres' && ground.pooler === null) {
      await until(async () => !(await isWaiting()));
    }
    await session.query('commit');
    expect(await refusalsOf(keystamp, key.id)).toHaveLength(1);
  });
});
