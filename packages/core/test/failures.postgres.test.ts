import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../src/index.js';
import { AFTER_CLOSE, all, outcomesOf } from './support/calls.js';

/** A server that asks `grace` for a password, and lets `bob` in without rights. */
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await server.exec("create role grace login password 'correct horse'");
  await server.exec('create role bob login');
  const rules = join(server.dataDir, 'pg_hba.conf');
  const requires = 'host all grace 127.0.0.1/32 scram-sha-256\n';
  writeFileSync(rules, requires + readFileSync(rules, 'utf8'));
  await server.stop();
  await server.start();
  await (await createKeystamp({ database: server.url })).close();
});
afterAll(() => server.end());

const NONE = ['userChanged', 'health', 'now', 'close'] as const;

/** A use waits to be written, for `flush` to have something to do. */
async function openOn(pool: pg.Pool): Promise<Keystamp> {
  const keystamp = await createKeystamp({ database: pool, flushIntervalMs: 10_000 });
  const { apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'CI' });
  await keystamp.validateUserApiKey(apiKey);
  return keystamp;
}

function poolOf(user: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: urlOf(user, 'postgres') });
  pool.on('error', () => {});
  return pool;
}

function urlOf(user: string, database: string): string {
  return `postgres://${user}@127.0.0.1:${server.port}/${database}`;
}

describe('a failure of every method is thrown with a stable code', () => {
  it('after close(), with connections of its own', async () => {
    const keystamp = await createKeystamp({ database: server.url });
    await keystamp.close();
    expect(await outcomesOf(keystamp)).toEqual(all(keystamp, 'closed', AFTER_CLOSE));
  });

  it('where the pool was ended by its owner', async () => {
    const pool = poolOf('postgres');
    const keystamp = await openOn(pool);
    await pool.end();
    expect(await outcomesOf(keystamp)).toEqual(all(keystamp, 'database_unavailable', NONE));
  });

  it('where rights are taken away', async () => {
    await server.exec('grant usage on schema keystamp to bob');
    await server.exec('grant all on all tables in schema keystamp to bob');
    const pool = poolOf('bob');
    const keystamp = await openOn(pool);
    await server.exec('revoke all on all tables in schema keystamp from bob');
    expect(await outcomesOf(keystamp)).toEqual(all(keystamp, 'database_unavailable', NONE));
    await pool.end();
  });
});

describe('an instance is not opened, and a stable code says so', () => {
  it.each<[string, () => string, string]>([
    ['a database that is missing', () => urlOf('postgres', 'nowhere'), '3D000'],
    ['a role that is missing', () => urlOf('nobody', 'postgres'), '28000'],
    ['a wrong password', () => urlOf('grace:hunter2', 'postgres'), '28P01'],
    ['no password', () => urlOf('grace', 'postgres'), ''],
    ['TLS refused', () => `${server.url}?ssl=true`, 'TLS'],
    ['rights missing', () => urlOf('bob', 'postgres'), '42501'],
  ])('%s', async (_, url, code) => {
    await server.exec('revoke all on schema keystamp from bob');
    const error = await createKeystamp({ database: url() }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'KeystampError', code: 'database_unavailable' });
    const { message, cause } = error as Error & { cause: Error & { code?: string } };
    expect(cause.code ?? '').toBe(code);
    expect(message).toMatch(/^The database (is unavailable|refuses the statement): ./);
    expect(message).toContain(cause.message);
    expect(message).not.toContain('hunter2');
  });

  it('a pool that was ended', async () => {
    const pool = poolOf('postgres');
    await pool.end();
    await expect(createKeystamp({ database: pool })).rejects.toMatchObject({
      name: 'KeystampError',
      code: 'database_unavailable',
      message: 'The database is unavailable: Cannot use a pool after calling end on the pool',
    });
  });
});
