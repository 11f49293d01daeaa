import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { until } from '@keystamp/testing/until';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.js';
import { openDatabase } from '../src/database/open-database.js';
import { createKeystamp } from '../src/index.js';

let place: string;
let dataDir: string;
/** The engine's, of the database that was opened last. */
let thread: Worker;
let ends: (() => Promise<unknown>)[] = [];
let lines: string[] = [];
const remember = (worker: Worker) => {
  thread = worker;
};

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'keystamp-engine-'));
  dataDir = join(place, 'data');
  process.on('worker', remember);
});
afterEach(async () => {
  process.off('worker', remember);
  for (const end of ends.reverse()) await end().catch(() => {});
  ends = [];
  lines = [];
  rmSync(place, { recursive: true, force: true });
});

async function open(): Promise<Database> {
  const note = (_: object, text: string) => lines.push(text);
  const logger = { debug() {}, info: note, warn: note, error: note };
  const database = await openDatabase(undefined, { dataDir, logger });
  ends.push(() => database.end());
  return database;
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ host: dataDir, port: 5432, user: 'ada' });
  client.on('error', () => {});
  await client.connect();
  ends.push(() => client.end());
  return client;
}

/** Until the engine is back, everything is an outage. */
async function rowsOf(database: Database, text: string): Promise<unknown[]> {
  let rows: unknown[] | null = null;
  await until(async () => {
    const answer = await database.query(text).catch((error) => error);
    if (answer instanceof Error) expect(answer).toMatchObject({ code: '57P03' });
    else rows = answer.rows;
    return rows !== null;
  });
  return rows ?? [];
}

/** Nothing in the thread catches these. */
const deaths: [string, (database: Database) => unknown][] = [
  ['an error that nobody caught', () => thread.postMessage(null)],
  ['its end from outside, as where memory is short', () => thread.terminate()],
  // Its data would have to come in the same request: PostgreSQL reads on, and exits.
  ['an exit of PostgreSQL', (database) => database.query('copy t from stdin').catch(() => {})],
];

describe('the death of the engine', { timeout: 120_000 }, () => {
  it.each(deaths)('by %s loses nothing that was acknowledged', async (_by, die) => {
    const database = await open();
    await database.query('create table t (n int)');
    const acknowledged: { n: number }[] = [];
    const write = async (n: number) => {
      await database.query('insert into t values ($1)', [n]);
      acknowledged.push({ n });
    };
    for (let n = 0; n < 5; n += 1) await write(n);
    const writing = [5, 6, 7, 8].map(write);
    const died = new Promise((resolve) => thread.once('exit', resolve));
    const [outcomes] = await Promise.all([Promise.allSettled(writing), die(database), died]);
    for (const each of outcomes) {
      if (each.status === 'rejected') expect(each.reason.code).toMatch(/^57P0[23]$/);
    }
    expect(await rowsOf(database, 'select n from t')).toEqual(expect.arrayContaining(acknowledged));
    expect(lines).toEqual([
      'The engine of the embedded database ended. It is started again, with all that was committed.',
      'The engine of the embedded database is back.',
    ]);
  });

  it('undoes what was open, sends other processes away, and lets them back in', async () => {
    const database = await open();
    const guest = await connect();
    await guest.query('create table t as select 1 as n');
    await guest.query('begin');
    await guest.query('delete from t');
    const told = new Promise<{ code?: string }>((resolve) => guest.once('error', resolve));
    await thread.terminate();
    expect((await told).code).toBe('57P02');
    expect(await rowsOf(database, 'select n from t')).toEqual([{ n: 1 }]);
    expect((await (await connect()).query('select n from t')).rows).toEqual([{ n: 1 }]);
  });

  it('leaves a folder that closes and opens as ever, also while no engine runs', async () => {
    const first = await open();
    await first.query('create table t as select 1 as n');
    await thread.terminate();
    await rowsOf(first, 'select 1');
    await thread.terminate();
    // Now it waits for a second before it starts the next one.
    await first.end();
    expect(await rowsOf(await open(), 'select n from t')).toEqual([{ n: 1 }]);
  });

  it('K4 refuses no known key until it is back; then changes are heard and uses written', async () => {
    const instance = await createKeystamp({ database: await open() });
    ends.push(() => instance.close());
    const { apiKey, key } = await instance.createApiKey({ userId: 'ada', name: 'CI' });
    const isValid = async () => (await instance.validateUserApiKey(apiKey)).valid;
    expect(await isValid()).toBe(true);
    const before = thread;
    await thread.terminate();
    while (thread === before || !instance.health().listening) {
      expect(await isValid()).toBe(true);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await instance.flush();
    expect((await instance.getApiKey(key.id))?.lastUsedAt).toBeInstanceOf(Date);
    await (await connect()).query('update keystamp.api_keys set revoked_at = now()');
    await until(async () => !(await isValid()));
  });
});
