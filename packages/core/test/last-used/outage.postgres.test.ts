import { insertKeys, learn, type ManyKey } from '@keystamp/testing/databases/many-keys';
import { startTcpProxy, type TcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { until } from '@keystamp/testing/until';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, migrateUp, openDatabase } from '../../src/database/index.js';
import { createKeystamp, type Keystamp } from '../../src/index.js';
import { type OwnServer, startOwnServer } from '../validation/own-server.js';

const KEYS = 20;
/** G4's, and half of a round trip. */
const EXACT_MS = 50 + 5;

let own: OwnServer;
let proxy: TcpProxy;
let database: Database;
let keystamp: Keystamp;
let keys: ManyKey[];
beforeAll(async () => {
  own = await startOwnServer();
  database = await openDatabase(own.server.url);
  await migrateUp(database);
  proxy = await startTcpProxy({ port: own.server.port });
});
beforeEach(async () => {
  // Before the instance is there: later it would hear of them, and forget what it knows, at some moment of the test.
  keys = await insertKeys(database, KEYS);
  const url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
  keystamp = await own.open({ url });
  await learn(keystamp, keys);
});
afterEach(async () => {
  proxy.blackhole(false);
  proxy.latency(0);
  await own.server.start();
  await own.closeInstances();
});
afterAll(async () => {
  await database.end();
  await own.end();
  await proxy.close();
});

/** Each key once; the moment is before the first and after the last. */
async function useEach(): Promise<{ from: number; to: number }> {
  const from = Date.now();
  for (const { apiKey } of keys) {
    expect(await keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
  }
  return { from, to: Date.now() };
}

/** Goes on using the keys until it is so. */
async function useUntil(isSo: () => boolean): Promise<{ from: number; to: number }> {
  for (const deadline = Date.now() + 20_000; ; ) {
    const last = await useEach();
    if (isSo()) return last;
    if (Date.now() > deadline) throw new Error('The fault did not show.');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function storedOf(which: readonly ManyKey[]): Promise<(number | null)[]> {
  const { rows } = await own.byHand('select id, last_used_at from keystamp.api_keys');
  const byId = new Map(rows.map((row) => [row['id'], row['last_used_at'] as Date | null]));
  return which.map(({ id }) => byId.get(id)?.getTime() ?? null);
}

async function expectStored(last: { from: number; to: number }, which = keys): Promise<void> {
  await until(() => keystamp.health().pendingKeys === 0, { what: 'everything to be written' });
  for (const at of await storedOf(which)) {
    expect(at).toBeGreaterThanOrEqual(last.from - EXACT_MS);
    expect(at).toBeLessThanOrEqual(last.to + EXACT_MS);
  }
}

/** Nothing is used any more: what is stored in the end was kept through a failed attempt. */
function failOnceMore(): Promise<unknown> {
  const { flushFailures } = keystamp.health().counts;
  return until(() => keystamp.health().counts.flushFailures > flushFailures, { what: 'a failure' });
}

const hasFailed = () => keystamp.health().counts.flushFailures > 0;
const flushLines = () => own.log.filter(({ message }) => /could not be written/.test(message));

/** A setting of the server, for every session of it, present and future. */
async function setReadOnly(to: 'on' | 'off'): Promise<void> {
  const options = '-c default_transaction_read_only=off';
  const client = new pg.Client({ connectionString: own.server.url, options });
  await client.connect();
  await client.query(`alter system set default_transaction_read_only = ${to}`);
  await client.query('select pg_reload_conf()');
  await client.end();
}

async function hold(statement: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: own.server.url });
  await client.connect();
  await client.query('begin');
  await client.query(statement);
  return () => client.end();
}

describe('a fault of the database', () => {
  it.each([
    ['stopped', () => own.server.stop('fast'), () => own.server.start()],
    ['killed', () => own.server.kill9(), () => own.server.start()],
    ['read-only', () => setReadOnly('on'), () => setReadOnly('off')],
    [
      'out of reach',
      async () => {
        proxy.blackhole(true);
        proxy.cut();
      },
      async () => {
        proxy.blackhole(false);
        proxy.cut();
      },
    ],
  ])(
    'G7 %s: known keys are served, their uses kept and written on recovery, with one line',
    async (_name, spoil, mend) => {
      await spoil();
      await useUntil(hasFailed);
      // However many uses there are, what waits is bounded by the keys, and the log by the minute.
      for (let i = 0; i < 500; i++) await useEach();
      const last = await useEach();
      await failOnceMore();
      expect(keystamp.health().pendingKeys).toBe(KEYS);
      expect(flushLines()).toHaveLength(1);
      await mend();
      await expectStored(last);
      expect(flushLines()).toHaveLength(1);
    },
  );

  it('G7 the table locked: the statement is given up, and no backend stays in the queue for the lock', async () => {
    // A pool of the embedding service, whose sessions have no limit of their own.
    const pool = new pg.Pool({ connectionString: own.server.url });
    await keystamp.close();
    keystamp = await createKeystamp({ database: pool, precisionMs: 200, flushIntervalMs: 50 });
    await learn(keystamp, keys);
    const release = await hold('lock table keystamp.api_keys in access exclusive mode');
    const last = await useEach();
    await failOnceMore();
    await until(
      async () => {
        const waiting = `select from pg_stat_activity where wait_event_type = 'Lock'`;
        return (await own.byHand(waiting)).rows.length === 0;
      },
      { what: 'the queue for the lock to be empty' },
    );
    expect(keystamp.health().pendingKeys).toBe(KEYS);
    await release();
    await expectStored(last);
    await keystamp.close();
    await pool.end();
  });

  it('G7 a trigger that fails for one row: the others are written, and that one when it may be', async () => {
    const [bad] = keys as [ManyKey];
    await own.byHand(`create function spoil() returns trigger language plpgsql as
      $$ begin raise exception 'not this one'; end $$;
      create trigger spoil before update on keystamp.api_keys for each row
        when (old.id = '${bad.id}') execute function spoil()`);
    const last = await useEach();
    await until(() => keystamp.health().pendingKeys === 1, { what: 'the others to be written' });
    expect((await storedOf(keys)).filter((at) => at === null)).toHaveLength(1);
    expect(flushLines()).toHaveLength(1);
    await own.byHand('drop trigger spoil on keystamp.api_keys; drop function spoil()');
    await expectStored(last);
  });

  it('G7 rows that are gone: nothing is kept for them, nothing fails', async () => {
    // Past the triggers, so that the instance does not hear of it.
    await own.byHand(
      `begin; set local session_replication_role = replica; delete from keystamp.api_keys; commit`,
    );
    await useEach();
    await until(() => keystamp.health().pendingKeys === 0);
    expect(keystamp.health().counts.flushFailures).toBe(0);
  });

  it('G4 G5 G7 a slow network: the wait for it does not count as age', async () => {
    proxy.latency(300);
    const last = await useEach();
    await expectStored(last);
    proxy.latency(0);
    expect(keystamp.health().counts.flushFailures).toBe(0);
  });
});
