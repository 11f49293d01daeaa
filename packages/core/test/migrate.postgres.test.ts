import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { startTcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrateDown, migrateUp } from '../src/database/migrate/migrate.js';
import { migrations } from '../src/database/migrate/migrations.js';
import { Migrator } from '../src/database/migrate/migrator.js';
import { openDatabase } from '../src/database/open-database.js';

let ground: TestDatabase;
beforeEach(async () => {
  ground = await createTestDatabase();
});
afterEach(() => ground.drop());

test('a table in use: the wait for its lock is given up, tried again, and reported where it stays in vain', async () => {
  await migrateDown(ground.database, { to: '1' });
  const reader = await ground.database.connect();
  await reader.query('begin');
  await reader.query('select from keystamp.api_keys');
  const waits: object[] = [];
  const logger = {
    debug() {},
    info() {},
    error() {},
    warn: (fields: object) => waits.push(fields),
  };
  const failing = migrateUp(ground.database, { to: '2', lockAttempts: 2, logger });
  const error = await failing.catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'migration_failed', cause: { code: '55P03' } });
  expect(error.message).toMatch(/^000002_last_used_at\.up\.sql: .*lock timeout.*pg_stat_activity/);
  expect(waits).toEqual([{ migration: '000002_last_used_at', attempt: 1 }]);

  const patient = migrateUp(ground.database, {
    to: '2',
    logger: { ...logger, warn: () => reader.query('rollback') },
  });
  expect(await patient).toEqual(['000002_last_used_at']);
  reader.release();
});

test('000002 on a table with rows rewrites nothing, and its readers go on', async () => {
  await migrateDown(ground.database, { to: '1' });
  await ground.database.query(`insert into keystamp.users (id) values ('ada')`);
  await ground.database.query(
    `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
     select 'ada', 'key ' || n, 'ks_abcdef', sha256(n::text::bytea) from generate_series(1, 20000) n`,
  );
  const file = async () =>
    (await ground.database.query(`select pg_relation_filenode('keystamp.api_keys') as file`)).rows;
  const before = await file();
  let reading = true;
  const reads = (async () => {
    let failed = 0;
    while (reading) {
      const read = ground.database.query('select name from keystamp.api_keys limit 10', []);
      failed += await read.then(
        () => 0,
        () => 1,
      );
    }
    return failed;
  })();
  await migrateUp(ground.database, { to: '2' });
  await migrateDown(ground.database);
  await migrateUp(ground.database);
  reading = false;
  expect(await reads).toBe(0);
  expect(await file()).toEqual(before);
});

test('a migration may take longer than a statement may', async () => {
  const slow = { name: '999_slow', up: 'select pg_sleep(0.3);', down: '' };
  const hasty = await openDatabase(ground.url as string, { statementTimeoutMs: 100 });
  expect(await new Migrator(hasty, [slow]).up({})).toEqual(['999_slow']);
  await expect(hasty.query('select pg_sleep(0.3)')).rejects.toMatchObject({ code: '57014' });
  await hasty.end();
});

test('it goes past the pooler where there is a direct connection', async () => {
  await migrateDown(ground.database, { count: 99 });
  const url = new URL(ground.url as string);
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 5432) });
  const direct = new URL(url);
  direct.host = `127.0.0.1:${proxy.port}`;
  const database = await openDatabase(url.href, { listenDatabase: direct.href });
  await migrateUp(database, { to: '1' });
  expect(proxy.sent()).toBeGreaterThan(migrations[0]?.up.length as number);
  await database.end();
  await proxy.close();
});

test('a server that is away is not a failed migration', async () => {
  const away = await openDatabase('postgres://postgres@127.0.0.1:1/postgres');
  await expect(migrateUp(away)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await away.end();
});
