import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCore, runModule } from '@keystamp/testing/processes/child';
import { until } from '@keystamp/testing/until';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Database } from '../src/database/database.js';
import { maintainOnce, startMaintenance } from '../src/database/embedded/embedded-upkeep.js';
import { openDatabase } from '../src/database/open-database.js';

const isMissing = (program: string) => spawnSync(program, ['-V']).error !== undefined;

let place: string;
let opened: Database[] = [];

async function openIn(dataDir: string): Promise<Database> {
  const database = await openDatabase(undefined, { dataDir });
  opened.push(database);
  return database;
}

beforeAll(buildCore, 120_000);
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'keystamp-folder-'));
});
afterEach(async () => {
  for (const database of opened) await database.end();
  opened = [];
  rmSync(place, { recursive: true, force: true });
});

describe('the folder of the embedded database', () => {
  test('is made with all above it, for its owner only, and keeps what was written', async () => {
    const dataDir = join(place, 'a', 'b');
    const first = await openIn(dataDir);
    await first.query('create table kept as select 1 as n');
    await first.end();
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const second = await openIn(dataDir);
    expect((await second.query('select n from kept')).rows).toEqual([{ n: 1 }]);
  });

  test.each([0o770, 0o702, 0o1777])(
    'is refused where others can write it: mode %o',
    async (mode) => {
      chmodSync(place, mode);
      await expect(openIn(place)).rejects.toThrow(
        `dataDir: expected a folder that only its owner can write; ${place} has the mode ` +
          `${(mode & 0o777).toString(8).padStart(4, '0')}: run "chmod go-w ${place}"`,
      );
      expect(readdirSync(place)).toEqual([]);
      await openIn(join(place, 'inside'));
    },
  );

  test('is refused where others can write the data in it, and opens where they can only read', async () => {
    await (await openIn(place)).end();
    chmodSync(join(place, 'postgres'), 0o720);
    await expect(openIn(place)).rejects.toThrow(`${join(place, 'postgres')} has the mode 0720`);
    chmodSync(join(place, 'postgres'), 0o750);
    chmodSync(place, 0o755);
    await openIn(place);
  });

  test('a start that died while it was made does no harm', async () => {
    mkdirSync(join(place, 'postgres.unfinished', 'base'), { recursive: true });
    writeFileSync(join(place, 'postgres.unfinished', 'PG_VERSION'), '18\n');
    const database = await openIn(place);
    expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(existsSync(join(place, 'postgres.unfinished'))).toBe(false);
  });

  test('takes little memory for its cache', async () => {
    const database = await openIn(place);
    const { rows } = await database.query('show shared_buffers');
    expect(rows).toEqual([{ shared_buffers: '16MB' }]);
  });

  test('a path too long for a socket is fine', async () => {
    const dataDir = join(place, 'd'.repeat(120), 'e'.repeat(120));
    await openIn(dataDir);
    await expect(openIn(dataDir)).rejects.toMatchObject({ code: 'database_in_use' });
  });

  test('a second opening is refused in one line, in this process', async () => {
    await openIn(place);
    const error = await openIn(place).catch((thrown) => thrown);
    expect(error.code).toBe('database_in_use');
    expect(error.message).toBe(
      `The embedded database in ${place} is in use by process ${process.pid}`,
    );
  });

  test('a second process is refused, by any path to the folder; after the end it is not', async () => {
    const first = await openIn(place);
    symlinkSync(place, `${place}-link`);
    const second = runModule(openAndTell, `${place}-link`);
    expect(await second.line()).toBe(
      `database_in_use The embedded database in ${place} is in use by process ${process.pid}`,
    );
    await second.ended;
    await first.end();
    const third = runModule(openAndTell, place);
    expect(await third.line()).toBe('open');
    await third.ended;
    rmSync(`${place}-link`);
  });

  test('nothing of the lock stays after the end', async () => {
    const database = await openIn(place);
    expect(readdirSync(place).some((name) => name.startsWith('lock.'))).toBe(true);
    await database.end();
    expect(readdirSync(place)).toEqual(['postgres']);
  });
});

const openAndTell = `
const { openDatabase } = await import(dist + 'database/index.js');
try {
  const database = await openDatabase(undefined, { dataDir: process.argv[1] });
  console.log('open');
  await database.end();
} catch (error) {
  console.log(error.code, error.message);
}`;

/** Writes rows as fast as it can, and says of each that it is committed. */
const writeForEver = `
const { openDatabase } = await import(dist + 'database/index.js');
const database = await openDatabase(undefined, { dataDir: process.argv[1] });
await database.query('create table if not exists written (n integer primary key)');
const { rows } = await database.query('select coalesce(max(n), 0) as n from written');
for (let n = rows[0].n + 1; ; n += 1) {
  await database.query('insert into written values ($1)', [n]);
  process.stdout.write(n + '\\n');
}`;

describe('kill -9', () => {
  test('loses no committed row, and leaves no lock', async () => {
    let last = 0;
    for (const rows of [1, 40, 300]) {
      const child = runModule(writeForEver, place);
      for (let told = 0; told < rows; told += 1) {
        const line = await child.line();
        if (line === null) throw new Error((await child.ended).errors);
        last = Number(line);
      }
      child.process.kill('SIGKILL');
      // What it said before it died, and was not read yet, is committed too.
      for (let line = await child.line(); line !== null; line = await child.line()) {
        last = Number(line);
      }
    }
    const database = await openIn(place);
    const { rows } = await database.query('select count(*) as n, max(n) as last from written');
    // One more may be committed than it had the time to say.
    expect(rows[0]?.['last']).toBeOneOf([last, last + 1]);
    expect(rows[0]?.['n']).toBe(String(rows[0]?.['last']));
  });
});

describe('upkeep', () => {
  test('vacuums the tables of keystamp and writes a checkpoint', async () => {
    const database = await openIn(place);
    await database.query('create schema keystamp');
    await database.query('create table keystamp.worn (n integer) with (autovacuum_enabled = off)');
    await database.query('insert into keystamp.worn select generate_series(1, 20000)');
    await database.query('delete from keystamp.worn where n > 100');
    const pages = async () =>
      (await database.query(`select pg_relation_size('keystamp.worn') / 8192 as n`)).rows[0]?.['n'];
    const redo = async () =>
      (await database.query('select redo_lsn::text as lsn from pg_control_checkpoint()')).rows[0]?.[
        'lsn'
      ];
    const before = { pages: Number(await pages()), redo: await redo() };
    await maintainOnce(database);
    expect(Number(await pages())).toBeLessThan(before.pages / 10);
    expect(await redo()).not.toBe(before.redo);
  });

  test('comes round by itself where something was written; a failure is logged and ends nothing', async () => {
    const database = await openIn(place);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const texts: string[] = [];
      const watched = Object.create(database) as Database;
      watched.query = (text, params) => {
        texts.push(text);
        return database.query(text, params);
      };
      const checkpoints = () => texts.filter((text) => text === 'checkpoint').length;
      const warnings: string[] = [];
      const warn = (_: object, text: string) => warnings.push(text);
      const end = startMaintenance(watched, { debug() {}, info() {}, error() {}, warn });

      const round = async () => {
        const before = texts.length;
        vi.advanceTimersByTime(5 * 60_000);
        await until(() => texts.length > before);
        await database.query('select 1');
      };
      await round();
      await until(() => checkpoints() === 1);
      await round();
      await round();
      expect(checkpoints()).toBe(1);
      await database.query('create table written ()');
      await round();
      await until(() => checkpoints() === 2);
      // The round ends with this statement.
      await until(() => texts.at(-1)?.includes('pg_current_wal_insert_lsn') ?? false);
      await database.query('select 1');

      await database.end();
      vi.advanceTimersByTime(5 * 60_000);
      await end();
      expect(warnings).toEqual(['Upkeep of the embedded database failed']);
    } finally {
      vi.useRealTimers();
    }
  });
});

test.runIf(process.platform === 'linux')(
  'a folder that cannot be made is told at once',
  async () => {
    const opening = openDatabase(undefined, { dataDir: '/proc/keystamp/data' });
    await expect(opening).rejects.toMatchObject({ field: 'dataDir', cause: { code: 'ENOENT' } });
  },
);

const countSyncs = `
const { openDatabase } = await import(dist + 'database/index.js');
const database = await openDatabase(undefined, { dataDir: process.argv[1] });
await database.query('create table if not exists written (n integer)');
console.log('ready');
await new Promise((resolve) => process.stdin.once('data', resolve));
for (let n = 0; n < 50; n += 1) await database.query('insert into written values ($1)', [n]);
console.log('written');
await new Promise((resolve) => process.stdin.once('data', resolve));
await database.query('checkpoint');
console.log('checkpoint');
await new Promise((resolve) => process.stdin.once('data', resolve));
process.exit();`;

describe.skipIf(isMissing('strace'))('a power cut', () => {
  test('takes nothing that was acknowledged: each commit is forced to the disk', async () => {
    const child = runModule(countSyncs, place);
    expect(await child.line()).toBe('ready');
    const trace = spawn('strace', ['-f', '-e', 'trace=fdatasync', '-p', `${child.process.pid}`]);
    let calls = '';
    trace.stderr.on('data', (text) => {
      calls += text;
    });
    const syncs = () =>
      calls.match(/fdatasync\(\d+\) += 0|fdatasync resumed>\) += 0/g)?.length ?? 0;
    await until(() => calls.includes('attached'));
    child.process.stdin?.write('go\n');
    expect(await child.line()).toBe('written');
    await until(() => syncs() >= 50);
    child.process.stdin?.write('go\n');
    expect(await child.line()).toBe('checkpoint');
    // The pages of the table and the control file, beside the log.
    await until(() => syncs() >= 53);
    trace.kill();
    child.process.kill('SIGKILL');
    await child.ended;
  });
});
