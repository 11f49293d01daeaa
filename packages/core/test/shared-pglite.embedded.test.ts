import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../src/database/database.js';
import { migrateUp } from '../src/database/migrate/migrate.js';
import { openDatabase } from '../src/database/open-database.js';

let pglite: PGlite;
beforeAll(async () => {
  pglite = await PGlite.create();
  await pglite.exec('create table things (id integer primary key)');
});
afterAll(() => pglite.close());

const ids = async () =>
  (await pglite.query<{ id: number }>('select id from things order by id')).rows.map(
    ({ id }) => id,
  );

test("a service's own statement never slips into a transaction of ours", async () => {
  const database = await openDatabase(pglite);
  let theirs: Promise<unknown> | undefined;
  const failing = inTransaction(database, async (session) => {
    await session.query('insert into things values (1)');
    theirs = pglite.query('insert into things values (2)');
    await session.query('select 1');
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  await theirs;
  expect(await ids()).toEqual([2]);
});

test('several openings of it share its one session in turns', async () => {
  const [first, second] = [await openDatabase(pglite), await openDatabase(pglite)];
  const session = await first.connect();
  await session.query('begin');
  await session.query('insert into things values (3)');
  const waiting = second.query('insert into things values (4)');
  await session.query('rollback');
  session.release();
  await waiting;
  expect(await ids()).toEqual([2, 4]);
});

test('a held session is alone outside of a transaction too', async () => {
  const database = await openDatabase(pglite);
  const session = await database.connect();
  const order: string[] = [];
  const waiting = database.query('select 1').then(() => order.push('the other'));
  for (let turn = 0; turn < 3; turn += 1) {
    await session.query('select 1');
    order.push('session');
  }
  session.release();
  await waiting;
  expect(order).toEqual(['session', 'session', 'session', 'the other']);
});

test('a session given back in the middle of a transaction leaves nothing of it', async () => {
  const database = await openDatabase(pglite);
  const session = await database.connect();
  await session.query('begin');
  await session.query('insert into things values (5)');
  session.release();
  expect((await database.query('select id from things where id = 5')).rows).toEqual([]);
  await expect(session.query('select 1')).rejects.toThrow('released');
});

test('a migration leaves its session as it was', async () => {
  const settings = async () =>
    (await pglite.query(`select name, setting from pg_settings where source = 'session'`)).rows;
  const before = await settings();
  expect(await migrateUp(await openDatabase(pglite))).toContain('000002_last_used_at');
  expect(await settings()).toEqual(before);
  expect(await ids()).toContain(2);
});

test('stays open at the end of ours', async () => {
  const database = await openDatabase(pglite);
  await database.listen('news', { onNotification: () => {}, onEnd: () => {} });
  await database.end();
  expect(pglite.closed).toBe(false);
  const { rows } = await pglite.query('select pg_listening_channels() as channel');
  expect(rows).toEqual([]);
});
