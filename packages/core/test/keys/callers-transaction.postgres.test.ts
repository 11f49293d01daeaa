import { randomUUID } from 'node:crypto';
import { until } from '@keystamp/testing/until';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { beginOwn, type OwnTransaction } from '../support/transaction.js';

let test: TestKeystamp;
let elsewhere: Keystamp;
beforeAll(async () => {
  test = await createTestKeystamp({ maxKeysPerUser: 3 });
  elsewhere = await createKeystamp({ database: await test.ground.open(), maxKeysPerUser: 3 });
});
afterAll(async () => {
  await elsewhere.close();
  await test.close();
});

const create = ({ client }: OwnTransaction, userId: string, by: Keystamp = test.keystamp) =>
  by.createApiKey({ userId, name: 'One', client });
const isValid = async (keystamp: Keystamp, apiKey: string) =>
  (await keystamp.validateUserApiKey(apiKey)).valid;
const settings = async ({ query }: OwnTransaction) =>
  (
    await query(`select pg_catalog.current_setting('search_path') as path, pg_catalog.current_setting('datestyle') as style,
      pg_catalog.current_setting('bytea_output') as bytes, pg_catalog.current_setting('keystamp.actor', true) as actor`)
  ).rows[0];

it('is unknown everywhere until the commit, though asked for, and then valid on every instance', async () => {
  const own = await beginOwn(test);
  const { apiKey } = await create(own, randomUUID());
  for (const keystamp of [test.keystamp, elsewhere]) {
    expect(await isValid(keystamp, apiKey)).toBe(false);
    // It is now remembered as unknown.
    expect(await isValid(keystamp, apiKey)).toBe(false);
  }
  await own.commit();
  for (const keystamp of [test.keystamp, elsewhere]) {
    await until(() => isValid(keystamp, apiKey));
  }
});

it('K3 a key that is revoked works until the commit, and then nowhere', async () => {
  const { apiKey, key } = await test.issue({ userId: randomUUID() });
  const own = await beginOwn(test);
  await test.keystamp.revokeApiKey(key.id, { client: own.client });
  for (const keystamp of [test.keystamp, elsewhere]) {
    expect(await isValid(keystamp, apiKey)).toBe(true);
  }
  await own.commit();
  for (const keystamp of [test.keystamp, elsewhere]) {
    await until(async () => !(await isValid(keystamp, apiKey)));
  }
});

it('the limit of a user holds for transactions at once, which wait for each other', async () => {
  const userId = randomUUID();
  for (let made = 0; made < 2; made++) await test.issue({ userId });
  const [one, two] = [await beginOwn(test), await beginOwn(test)];
  await create(one, userId);
  let hasWaited = true;
  const late = [create(two, userId, elsewhere), elsewhere.createApiKey({ userId, name: 'Own' })];
  for (const each of late) {
    each.then(
      () => {
        hasWaited = false;
      },
      () => {},
    );
  }
  await until(async () => (await waiting()) >= 2);
  await one.commit();
  for (const each of late) await expect(each).rejects.toMatchObject({ code: 'too_many_keys' });
  expect(hasWaited).toBe(true);
  await two.commit();
  expect((await test.keystamp.listApiKeys({ userId })).keys).toHaveLength(3);
});

/** How many statements of this database wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await test.ground.database.query(
    `select from pg_catalog.pg_stat_activity where datname = pg_catalog.current_database() and wait_event_type = 'Lock'`,
  );
  return rows.length;
}

describe('what the caller has set', () => {
  it('reaches no statement of ours, and is as before after it, also where it fails', async () => {
    const own = await beginOwn(test);
    await own.query(`set local search_path = public, pg_catalog; set local datestyle = 'German, DMY';
      set local bytea_output = 'escape'; set local keystamp.actor = '{"kind":"cli"}'`);
    const before = await settings(own);
    expect(before).toMatchObject({ style: 'German, DMY', bytes: 'escape' });
    const userId = randomUUID();
    const { key } = await create(own, userId);
    expect(await settings(own)).toEqual(before);
    expect(key.createdAt.getTime()).toBeGreaterThan(Date.now() - 3_600_000);
    const rotated = await test.keystamp.rotateApiKey(key.id, {}, { client: own.client });
    expect(rotated?.key.predecessorId).toBe(key.id);
    await create(own, userId);
    await expect(create(own, userId)).rejects.toMatchObject({ code: 'too_many_keys' });
    expect(await settings(own)).toEqual(before);
    await own.commit();
  });

  it.each([
    ['repeatable read', 'not at "repeatable read"'],
    ['serializable', 'not at "serializable"'],
  ])(
    'K6 the isolation %s is refused where keys are counted, and leaves the transaction usable',
    async (level, expected) => {
      const { apiKey, key } = await test.issue({ userId: randomUUID() });
      const own = await beginOwn(test, `begin isolation level ${level}`);
      await expect(create(own, randomUUID())).rejects.toThrow(expected);
      expect(await test.keystamp.revokeApiKey(key.id, { client: own.client })).toMatchObject({
        revokedNow: true,
      });
      await own.commit();
      await until(async () => !(await isValid(elsewhere, apiKey)));
    },
  );

  it('K6 a transaction that is read only is refused', async () => {
    const own = await beginOwn(test, 'begin read only');
    await expect(create(own, randomUUID())).rejects.toThrow(
      'client: expected a transaction that may write',
    );
    await own.rollback();
  });

  it('a role without rights fails with PostgreSQL’s reason, and leaves the transaction usable', async () => {
    const role = `keystamp_nobody_${randomUUID().replaceAll('-', '')}`;
    const own = await beginOwn(test);
    await own.query(`create role ${role}; set local role ${role}`);
    await expect(create(own, randomUUID())).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.stringContaining('permission denied'),
    });
    expect((await own.query('select current_user as name')).rows).toEqual([{ name: role }]);
    await own.rollback();
  });
});

it('of two changes over one client at once, the failure of one takes nothing of the other', async () => {
  const [own, userId] = [await beginOwn(test), randomUUID()];
  const made = await Promise.allSettled(Array.from({ length: 6 }, () => create(own, userId)));
  expect(made.map(({ status }) => status).sort()).toEqual([
    ...Array.from({ length: 3 }, () => 'fulfilled'),
    ...Array.from({ length: 3 }, () => 'rejected'),
  ]);
  await own.commit();
  expect((await test.keystamp.listApiKeys({ userId })).keys).toHaveLength(3);
});

it('K6 a client in no transaction, in a failed one, and a pool are refused by name', async () => {
  const pool = new pg.Pool({ connectionString: test.ground.url as string });
  const client = await pool.connect();
  const creating = (given: unknown) =>
    test.keystamp.createApiKey({ userId: 'ada', name: 'One', client: given as never });
  await expect(creating(pool)).rejects.toThrow('client: expected a client of pg that has begun');
  await expect(creating(client)).rejects.toThrow('client: expected a client of pg that has begun');
  await client.query('begin');
  await client.query('select 1/0').catch(() => {});
  await expect(creating(client)).rejects.toThrow('in which no statement has failed');
  await client.query('rollback');
  client.release();
  await pool.end();
});

it('a connection that is lost before the commit leaves no key', async () => {
  const own = await beginOwn(test);
  (own.client as pg.Client).on('error', () => {});
  const { key } = await create(own, randomUUID());
  const { rows } = await own.query('select pg_backend_pid() as pid');
  await test.ground.database.query('select pg_catalog.pg_terminate_backend($1)', [
    rows[0]?.['pid'],
  ]);
  await expect(create(own, randomUUID())).rejects.toMatchObject({ code: 'database_unavailable' });
  expect(await test.keystamp.getApiKey(key.id)).toBeNull();
});
