import { insertKeys, learn, type ManyKey, useAll } from '@keystamp/testing/databases/many-keys';
import { type PostgresServer, startPostgres } from '@keystamp/testing/postgres/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrateUp, openDatabase } from '../../src/database/index.js';
import { createKeystamp, type Keystamp } from '../../src/index.js';

// What really reached the server, as the server itself counts it.

const KEYS = 2_500;

let server: PostgresServer;
let keystamp: Keystamp;
let keys: ManyKey[];
beforeAll(async () => {
  server = await startPostgres({
    options: { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'all' },
  });
  await server.exec('create extension pg_stat_statements');
  const database = await openDatabase(server.url);
  await migrateUp(database);
  // Before the instance is there: later it would hear of them, and read them anew at some moment of the test.
  keys = await insertKeys(database, KEYS);
  keystamp = await createKeystamp({
    database,
    precisionMs: 200,
    flushIntervalMs: 50,
  });
  await learn(keystamp, keys);
});
afterAll(async () => {
  await keystamp?.close();
  await keystamp?.database.end();
  await server?.end();
});
beforeEach(async () => {
  await server.exec('select pg_stat_statements_reset()');
});

interface Statement {
  readonly query: string;
  readonly calls: number;
}

/** Every statement on keys since the last reset. */
async function statements(): Promise<Statement[]> {
  const { rows } = await server.exec(
    `select query, calls::int from pg_stat_statements
     where query ~ 'api_keys' and query !~ 'pg_stat_statements'`,
  );
  return rows;
}

describe('the statements of a flush', () => {
  it('G2 are one for about 1,000 keys, and there is no other', async () => {
    await useAll(keystamp, keys);
    await keystamp.flush();
    const sent = await statements();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.calls).toBe(Math.ceil(KEYS / 1_000));
    expect(sent[0]?.query).toMatch(
      /update keystamp\.api_keys k set last_used_at = o\.used_at\s+from/,
    );
    expect(sent[0]?.query.match(/\b(update|insert|delete|set)\s/gi)).toEqual(
      // FOR NO KEY UPDATE takes the rows.
      ['update ', 'update ', 'set '],
    );
  });

  it('G1 G3 do not grow with the number of uses', async () => {
    const some = keys.slice(0, 10);
    for (let i = 0; i < 1_000; i++) await useAll(keystamp, some);
    await keystamp.flush();
    const calls = (await statements()).reduce((sum, one) => sum + one.calls, 0);
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThanOrEqual(10);
  });
});
