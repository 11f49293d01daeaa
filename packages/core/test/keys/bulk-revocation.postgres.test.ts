import { learn } from '@keystamp/testing/databases/many-keys';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp({ precisionMs: 25_000, flushIntervalMs: 10_000 });
});
afterAll(() => test.close());

const waiting = `select count(*)::int as waiting from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`;

it('a key that is used while its bulk revocation waits for others is left alone', async () => {
  const { database } = test.ground;
  const issued = await test.issue();
  const { apiKey, key } = issued;
  await learn(test.keystamp, [{ id: key.id, apiKey }]);
  const holder = await database.connect();
  await holder.query('begin');
  await holder.query('select from keystamp.api_keys where id = $1 for update', [key.id]);
  const revoking = test.keystamp.revokeApiKeys([{ id: key.id, lastUsedAt: null }]);
  await until(async () => (await database.query<{ waiting: number }>(waiting)).rows[0]?.waiting);
  expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
  await holder.query('commit');
  holder.release();
  expect(await revoking).toMatchObject([{ outcome: 'used_meanwhile' }]);
  expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
});

it('a use that is on its way to the database is seen there or here', async () => {
  const { database } = test.ground;
  const [held, free] = [await test.issue(), await test.issue()];
  for (const { apiKey, key } of [held, free]) await learn(test.keystamp, [{ id: key.id, apiKey }]);
  // The whole table: the flush waits, with its keys taken from every list of the pending.
  const holder = await database.connect();
  await holder.query('begin');
  await holder.query('lock table keystamp.api_keys in share row exclusive mode');
  await test.keystamp.validateUserApiKey(held.apiKey);
  void test.keystamp.flush();
  await until(async () => (await database.query<{ waiting: number }>(waiting)).rows[0]?.waiting);
  const revoking = test.keystamp.revokeApiKeys([
    { id: held.key.id, lastUsedAt: null },
    { id: free.key.id, lastUsedAt: null },
  ]);
  await until(
    async () => ((await database.query<{ waiting: number }>(waiting)).rows[0]?.waiting ?? 0) > 1,
  );
  await holder.query('rollback');
  holder.release();
  expect(await revoking).toMatchObject([{ outcome: 'used_meanwhile' }, { outcome: 'revoked' }]);
});
