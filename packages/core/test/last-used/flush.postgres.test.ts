import { insertKeys, learn, type ManyKey } from '@keystamp/testing/databases/many-keys';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { until } from '@keystamp/testing/until';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Session } from '../../src/database/database.js';
import { createKeystamp, type Keystamp } from '../../src/index.js';

/** More than three statements. */
const KEYS = 3_500;

let ground: TestDatabase;
let keys: ManyKey[];
let holder: Session;
let opened: Keystamp[] = [];
beforeAll(async () => {
  ground = await createTestDatabase();
  keys = await insertKeys(ground.database, KEYS);
  holder = await ground.database.connect();
});
afterEach(async () => {
  await holder.query('rollback');
  await Promise.all(opened.map((keystamp) => keystamp.close()));
  opened = [];
});
afterAll(async () => {
  holder.release();
  await ground.drop();
});

async function open(): Promise<Keystamp> {
  const keystamp = await createKeystamp({ database: await ground.open(), precisionMs: 200 });
  opened.push(keystamp);
  await learn(keystamp, keys);
  return keystamp;
}

const use = (keystamp: Keystamp, some: readonly ManyKey[]) =>
  Promise.all(some.map(({ apiKey }) => keystamp.validateUserApiKey(apiKey)));

/** Holds the table until the rollback: a statement of a flush is then on its way until it is over. */
async function lockTable(): Promise<void> {
  await holder.query('begin');
  await holder.query('lock table keystamp.api_keys in access exclusive mode');
}

const isWaiting = async () => {
  const { rows } = await ground.database.query<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return (rows[0]?.waiting ?? 0) > 0;
};

it.each([
  ['what is on its way', 500],
  ['what is due after it too', KEYS],
])('G8 flush() waits for %s', async (_, count) => {
  await ground.database.query('update keystamp.api_keys set last_used_at = null');
  const used = keys.slice(0, count);
  const keystamp = await open();
  await lockTable();
  await use(keystamp, used);
  await until(isWaiting);
  let isOver = false;
  const over = keystamp.flush().then(() => {
    isOver = true;
  });
  // Turns enough for a flush that waits for nothing.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  await holder.query('rollback');
  await over;
  const { rows } = await ground.database.query(
    'select count(last_used_at)::int as stored from keystamp.api_keys',
  );
  expect(rows).toEqual([{ stored: count }]);
});

it('G7 flush() with each request holds no more than two: the one on its way, and one for all who came since', async () => {
  const keystamp = await open();
  await lockTable();
  await use(keystamp, keys);
  const asked = Array.from({ length: 1_000 }, () => keystamp.flush());
  expect(new Set(asked).size).toBe(2);
  await holder.query('rollback');
  await Promise.all(asked);
  expect(keystamp.health().pendingKeys).toBe(0);
});

it('G8 flush() after close() tells that what is pending will not be stored', async () => {
  const keystamp = await open();
  await keystamp.close();
  await expect(keystamp.flush()).resolves.toBeUndefined();

  const stuck = await open();
  await ground.database.query('alter table keystamp.api_keys rename to elsewhere');
  await stuck.validateUserApiKey((keys[0] as ManyKey).apiKey);
  await stuck.close();
  await ground.database.query('alter table keystamp.elsewhere rename to api_keys');
  await expect(stuck.flush()).rejects.toMatchObject({ code: 'closed' });
});
