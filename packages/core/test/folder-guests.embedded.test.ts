import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCore, runModule } from '@keystamp/testing/processes/child';
import { until } from '@keystamp/testing/until';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.js';
import { openDatabase } from '../src/database/open-database.js';
import { createKeystamp, type Keystamp } from '../src/index.js';

const SOCKET = '.s.PGSQL.5432';
let place: string;
let dataDir: string;
let ends: (() => Promise<unknown>)[] = [];

beforeAll(buildCore, 120_000);
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'keystamp-guests-'));
  dataDir = join(place, 'data');
});
afterEach(async () => {
  for (const end of ends.reverse()) await end().catch(() => {});
  ends = [];
  rmSync(place, { recursive: true, force: true });
});

async function openHolder(): Promise<Database> {
  const database = await openDatabase(undefined, { dataDir });
  ends.push(() => database.end());
  return database;
}

async function openInstance(): Promise<Keystamp> {
  const instance = await createKeystamp({ dataDir });
  ends.push(() => instance.close());
  return instance;
}

async function openShared(): Promise<Database> {
  const database = await openDatabase(undefined, { dataDir, share: true });
  ends.push(() => database.end());
  return database;
}

/** A client as any program has it. */
async function connect(config: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ host: dataDir, port: 5432, user: 'ada', ...config });
  client.on('error', () => {});
  await client.connect();
  ends.push(() => client.end());
  return client;
}

const one = async (client: Pick<Database, 'query'> | pg.Client, text: string) =>
  Object.values(((await (client as pg.Client).query(text)).rows[0] ?? {}) as object)[0];

describe('the socket in the folder', () => {
  it('is for the owner alone, and goes with the process', async () => {
    const database = await openHolder();
    expect(statSync(join(dataDir, SOCKET)).mode & 0o777).toBe(0o600);
    await database.end();
    expect(readdirSync(dataDir)).toEqual(['postgres']);
  });

  it('leads another process to the database, which names the folder', async () => {
    await openHolder();
    const child = runModule(
      `const { openDatabase } = await import(dist + 'database/index.js');
       const database = await openDatabase(undefined, { dataDir: process.argv[1], share: true });
       console.log((await database.identify()).folder);
       await database.query('create table shared as select 1 as n');
       await database.end();`,
      dataDir,
    );
    expect(await child.line()).toBe(dataDir);
    expect(await child.ended).toEqual({ code: 0, errors: '' });
    expect(await one(await connect(), 'select n from shared')).toBe(1);
  });

  it('that a process left which was killed is replaced; without one, the folder is opened', async () => {
    const holder = runModule(
      `const { openDatabase } = await import(dist + 'database/index.js');
       const database = await openDatabase(undefined, { dataDir: process.argv[1] });
       await database.query('create table kept as select 7 as n');
       console.log('open');
       setInterval(() => {}, 1000);`,
      dataDir,
    );
    expect(await holder.line()).toBe('open');
    holder.process.kill('SIGKILL');
    await holder.ended;
    expect(existsSync(join(dataDir, SOCKET))).toBe(true);
    const next = await openShared();
    expect(await one(next, 'select n from kept')).toBe(7);
    expect(await one(await connect(), 'select n from kept')).toBe(7);
  });

  it('works in a folder whose path is too long for a socket', async () => {
    dataDir = join(place, 'd'.repeat(120), 'e'.repeat(120));
    await openHolder();
    expect(await one(await openShared(), 'select 5')).toBe(5);
  });

  it('is not used by a second server: the folder is in use', async () => {
    await openHolder();
    await expect(openDatabase(undefined, { dataDir })).rejects.toMatchObject({
      code: 'database_in_use',
    });
  });
});

describe('guests of the one session', () => {
  it('keep their settings, roles and prepared statements to themselves', async () => {
    const holder = await openHolder();
    const ada = await connect({ application_name: 'ada', options: '-c work_mem=9MB' });
    const ben = await connect();
    await ada.query("set search_path to elsewhere; set timezone to 'Asia/Tokyo'");
    await ada.query('create role reader; set role reader');
    const state = `select concat_ws(' ', current_setting('search_path'), current_setting('timezone'),
      current_user, current_setting('work_mem'), current_setting('application_name'))`;
    const untouched = await one(holder, state);
    expect(untouched).toContain('public');
    expect(untouched).toContain('postgres');
    expect(await one(ada, state)).toBe('elsewhere Asia/Tokyo reader 9MB ada');
    expect(await one(ben, state)).toBe(untouched);
    const named = (text: string, value: number) => ({ name: 'same', text, values: [value] });
    expect((await ada.query(named('select $1::int + 1 as n', 1))).rows).toEqual([{ n: 2 }]);
    expect((await ben.query(named('select $1::int * 9 as n', 1))).rows).toEqual([{ n: 9 }]);
    expect((await ada.query(named('select $1::int + 1 as n', 5))).rows).toEqual([{ n: 6 }]);
    expect(await one(holder, 'select count(*)::int from pg_prepared_statements')).toBe(2);
    await ada.end();
    await until(
      async () => (await one(holder, 'select count(*)::int from pg_prepared_statements')) === 1,
    );
  });

  it('have a transaction each: others wait, and see it whole or not at all', async () => {
    const holder = await openHolder();
    const ada = await connect();
    await ada.query('create table t (n int)');
    await ada.query('begin');
    await ada.query('insert into t values (1)');
    let answered = false;
    const count = one(holder, 'select count(*)::int from t').then((n) => {
      answered = true;
      return n;
    });
    await ada.query('insert into t values (2)');
    expect(answered).toBe(false);
    await ada.query('commit');
    expect(await count).toBe(2);
    const ben = await connect();
    await ben.query('begin');
    await ben.query('delete from t');
    // It ends without a word: what it had not committed is undone.
    (ben as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect(await one(holder, 'select count(*)::int from t')).toBe(2);
  });

  it('are sent away from a transaction in which they do nothing', async () => {
    const holder = await openHolder();
    await holder.query('create table t (n int)');
    const ada = await connect();
    const told = new Promise<{ code?: string }>((resolve) => ada.once('error', resolve));
    await ada.query('begin');
    await ada.query('insert into t values (1)');
    expect(await one(holder, 'select count(*)::int from t')).toBe(0);
    expect((await told).code).toBe('25P03');
  });

  it('hear notifications of all others, and cannot end those of the process itself', async () => {
    const holder = await openHolder();
    const heard: string[] = [];
    const listener = await holder.listen('news', {
      onNotification: (_channel, payload) => heard.push(`holder ${payload}`),
      onEnd: () => {},
    });
    const ada = await connect();
    ada.on('notification', ({ payload }) => heard.push(`ada ${payload}`));
    await ada.query('listen news');
    const ben = await connect();
    await ben.query('unlisten *; discard all').catch(() => ben.query('unlisten *'));
    await ben.query("notify news, 'one'");
    await until(() => heard.length === 2);
    await holder.query("notify news, 'two'");
    await until(() => heard.length === 4);
    expect(heard.sort()).toEqual(['ada one', 'ada two', 'holder one', 'holder two']);
    await listener.end();
  });

  it('cannot end the engine by a copy for which no data can come', async () => {
    const holder = await openHolder();
    const ada = await connect();
    await ada.query('create table t (n int)');
    await expect(ada.query('select 1; copy t from stdin')).rejects.toThrow('copy from standard');
    await expect(ada.query('copy t from stdin', [])).rejects.toThrow();
    expect(await one(holder, 'select count(*)::int from t')).toBe(0);
  });
});

describe('what a guest does', () => {
  it('K3 to a key is heard at once: a validation never answers with what was before', async () => {
    const instance = await openInstance();
    const { apiKey, key } = await instance.createApiKey({ userId: 'ada', name: 'CI' });
    expect((await instance.validateUserApiKey(apiKey)).valid).toBe(true);
    const ada = await connect();
    await ada.query('update keystamp.api_keys set revoked_at = now() where id = $1', [key.id]);
    await until(async () => !(await instance.validateUserApiKey(apiKey)).valid, {
      timeoutMs: 1_000,
    });
  });

  it('K4 for long does not hold validations of known keys', { timeout: 120_000 }, async () => {
    const instance = await openInstance();
    const { apiKey } = await instance.createApiKey({ userId: 'ada', name: 'CI' });
    await instance.validateUserApiKey(apiKey);
    const ada = await connect();
    let isRunning = true;
    const long = ada.query('select pg_sleep(12)').finally(() => {
      isRunning = false;
    });
    let asked = 0;
    while (isRunning) {
      expect((await instance.validateUserApiKey(apiKey)).valid).toBe(true);
      expect(instance.health().listening).toBe(true);
      asked += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await long;
    expect(asked).toBeGreaterThan(100);
  });

  it('G8 is rolled back where the process ends, and keeps no use from being written', async () => {
    const instance = await createKeystamp({ dataDir });
    const { apiKey, key } = await instance.createApiKey({ userId: 'ada', name: 'CI' });
    await instance.validateUserApiKey(apiKey);
    await instance.flush();
    const first = (await instance.getApiKey(key.id))?.lastUsedAt as Date;
    const ada = await connect();
    const told = new Promise<{ code?: string }>((resolve) => ada.once('error', resolve));
    await ada.query('begin');
    await ada.query("update keystamp.api_keys set name = 'other'");
    await instance.validateUserApiKey(apiKey);
    await instance.close();
    expect((await told).code).toBe('57P01');
    const next = await openInstance();
    const stored = await next.getApiKey(key.id);
    expect(stored?.name).toBe('CI');
    expect(stored?.lastUsedAt?.getTime()).toBeGreaterThan(first.getTime());
  });
});
