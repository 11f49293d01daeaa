import { randomBytes } from 'node:crypto';
import { execute, withDatabase } from '@keystamp/testing/databases/templates';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { migrateUp, migrationStatus } from '../src/database/migrate/migrate.js';
import { openDatabase } from '../src/database/open-database.js';
import { ArgumentError, createKeystamp } from '../src/index.js';

let ground: TestDatabase;
const pools: pg.Pool[] = [];
const poolOf = (options: pg.PoolConfig & { binary?: boolean } = {}) => {
  const pool = new pg.Pool({ connectionString: ground.url as string, ...options });
  // Its last connections may still be closing when the database is dropped.
  pool.on('error', () => {});
  pools.push(pool);
  return pool;
};

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => (pool.ended ? null : pool.end())));
  await ground.drop();
});

describe('a database that writes values in its own way', () => {
  const SETTINGS: [name: string, value: string][] = [
    ['datestyle', 'SQL, DMY'],
    ['datestyle', 'Postgres, MDY'],
    ['bytea_output', 'escape'],
    ['extra_float_digits', '-15'],
    ['intervalstyle', 'iso_8601'],
    ['timezone', 'Asia/Kolkata'],
    ['default_transaction_isolation', 'serializable'],
  ];
  const begin = async (name: string, value: string) => {
    ground = await createTestDatabase();
    const database = new URL(ground.url as string).pathname.slice(1);
    await execute(ground.url as string, `alter database ${database} set ${name} = '${value}'`);
  };

  it.each(SETTINGS)('%s = %s: connections of our own set what they need', async (name, value) => {
    await begin(name, value);
    const expiresAt = new Date(Date.now() + 86_400_000);
    const keystamp = await createKeystamp({ database: ground.url as string, cacheSize: 0 });
    try {
      const { key, apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'A', expiresAt });
      expect(await keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
      await keystamp.flush();
      const [listed] = (await keystamp.listApiKeys()).keys;
      expect(listed).toMatchObject({ id: key.id, expiresAt, createdAt: key.createdAt });
      expect(listed?.lastUsedAt).toBeInstanceOf(Date);
    } finally {
      await keystamp.close();
    }
  });

  const REFUSED = SETTINGS.slice(0, 4);
  it.each(REFUSED)('%s = %s: a pool is refused by its name', async (name, value) => {
    await begin(name, value);
    const error = await createKeystamp({ database: poolOf() }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error).toMatchObject({ field: 'database', expected: expect.stringContaining(name) });
    expect(error.message).toContain(`these have ${JSON.stringify(value)}`);
  });

  it.each(SETTINGS.slice(4))('%s = %s: a pool works', async (name, value) => {
    await begin(name, value);
    const keystamp = await createKeystamp({ database: poolOf() });
    const { apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'A' });
    expect(await keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
    expect((await keystamp.listApiKeys()).keys).toHaveLength(1);
    await keystamp.close();
  });
});

describe('a database of another encoding', () => {
  it.each(['LATIN1', 'SQL_ASCII'])('%s is refused, and nothing is made there', async (encoding) => {
    ground = await createTestDatabase({ migrated: false });
    const name = `keystamp_test_${randomBytes(6).toString('hex')}`;
    const make = `create database ${name} encoding '${encoding}' locale 'C' template template0`;
    await execute(ground.url as string, make);
    const database = await openDatabase(withDatabase(ground.url as string, name));
    try {
      const refusal = { field: 'database', message: expect.stringContaining('createdb -E UTF8') };
      await expect(createKeystamp({ database })).rejects.toMatchObject(refusal);
      await expect(migrateUp(database)).rejects.toMatchObject(refusal);
      const states = await migrationStatus(database);
      expect(states.every(({ appliedAt }) => appliedAt === null)).toBe(true);
    } finally {
      await database.end();
      await execute(ground.url as string, `drop database ${name} with (force)`);
    }
  });
});

describe('a pool that was handed in', () => {
  it('with the option binary is refused', async () => {
    ground = await createTestDatabase();
    await expect(createKeystamp({ database: poolOf({ binary: true }) })).rejects.toMatchObject({
      field: 'database',
      expected: 'a pool without the option "binary"',
    });
  });

  it('keeps no listener of ours, nor do its connections, however often it is handed in', async () => {
    ground = await createTestDatabase();
    const pool = poolOf({ max: 2 });
    const client = await pool.connect();
    client.release();
    const counts = () =>
      [pool, client].map((emitter) =>
        emitter.eventNames().map((name) => [name, emitter.listenerCount(name)]),
      );
    const before = counts();
    for (let i = 0; i < 30; i++) {
      const keystamp = await createKeystamp({ database: pool });
      await keystamp.createApiKey({ userId: 'ada', name: 'A' });
      await keystamp.close();
    }
    expect(counts()).toEqual(before);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('that was ended first is no outage: nothing is tried again', async () => {
    ground = await createTestDatabase();
    const pool = poolOf();
    const keystamp = await createKeystamp({ database: pool, precisionMs: 25_000 });
    const { apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'A' });
    await keystamp.validateUserApiKey(apiKey);
    await pool.end();
    const failed = keystamp.health().counts.flushFailures;
    await keystamp.close();
    expect(keystamp.health().counts.flushFailures).toBe(failed);
    expect(keystamp.health().pendingKeys).toBe(1);
  });
});
