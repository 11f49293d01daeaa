import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { until } from '@keystamp/testing/until';
import { createKeystamp } from 'keystamp';
import { openDatabase } from 'keystamp/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEFT_BEHIND, MOVED_TABLES } from '../../src/transfer/moved-tables.js';
import { keystamp } from '../support/cli.js';
import { fillDatabase, type Verdicts } from '../support/full-database.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Source {
  readonly env: Record<string, string>;
  readonly verdicts: Verdicts;
  /** All rows of each moved table, as text. */
  rows(): Promise<unknown>;
  drop(): Promise<void>;
}

const listing = (name: string, columns: Readonly<Record<string, string>>) =>
  `select ${Object.keys(columns)
    .map((column) => `${column}::text`)
    .join(', ')} from keystamp.${name} order by 1, 2`;

async function rowsOf(database: TestDatabase['database']): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const { name, columns } of MOVED_TABLES) {
    all[name] = (await database.query(listing(name, columns))).rows;
  }
  return all;
}

async function embeddedSource(): Promise<Source> {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'keystamp-move-')), 'data');
  folders.push(dataDir);
  const env = { KEYSTAMP_DATA_DIR: dataDir };
  await keystamp(['migrate', 'up'], { env });
  const within = async <T>(work: (database: TestDatabase['database']) => Promise<T>) => {
    const database = await openDatabase(undefined, { dataDir });
    try {
      return await work(database);
    } finally {
      await database.end();
    }
  };
  return {
    env,
    verdicts: await within(fillDatabase),
    rows: () => within(rowsOf),
    drop: async () => {},
  };
}

async function postgresSource(): Promise<Source> {
  const ground = await createTestDatabase();
  const database = await openDatabase(ground.url ?? '');
  const verdicts = await fillDatabase(database);
  await database.end();
  await ground.database.end();
  const rows = async () => {
    const again = await openDatabase(ground.url ?? '');
    try {
      return await rowsOf(again);
    } finally {
      await again.end();
    }
  };
  return { env: { DATABASE_URL: ground.url ?? '' }, verdicts, rows, drop: () => ground.drop() };
}

async function judge(url: string, apiKey: string): Promise<string | null> {
  const instance = await createKeystamp({ database: url });
  const validation = await instance.validateUserApiKey(apiKey);
  await instance.close();
  return validation.valid ? null : validation.reason;
}

describe.each([
  ['the embedded database', embeddedSource],
  ['PostgreSQL', postgresSource],
])('keystamp move from %s', (_name, open) => {
  let source: Source;
  beforeAll(async () => {
    source = await open();
  });
  afterAll(() => source.drop());

  it('K11 takes everything along: keys act as before, with the same ids, last uses and history', async () => {
    const target = await createTestDatabase({ migrated: false });
    const before = await source.rows();
    const { code, out, err } = await keystamp(['move', '--to', target.url ?? ''], {
      env: source.env,
    });
    expect([code, err.split('\n').filter((line) => !line.startsWith('{'))]).toEqual([0, ['']]);
    expect(out).toContain(
      'Moved 4 users, 1 accounts of providers, 7 keys, 13 events of the history',
    );
    expect(out).toContain('Set DATABASE_URL');
    expect(err).toContain('"msg":"moved to another database"');
    expect(await rowsOf(target.database)).toEqual(before);
    for (const [apiKey, verdict] of Object.entries(source.verdicts)) {
      expect(await judge(target.url ?? '', apiKey)).toBe(verdict);
    }
    expect(await source.rows()).toEqual(before);

    // Its triggers work again, and its history goes on.
    const env = { DATABASE_URL: target.url ?? '' };
    await keystamp(['create', '--user', 'ada', '--name', 'afterwards'], { env });
    const { events } = JSON.parse(
      (await keystamp(['events', '--json', '--limit', '1'], { env })).out,
    );
    expect(events).toMatchObject([{ kind: 'created', user_id: 'ada', actor: { kind: 'cli' } }]);

    const again = await keystamp(['move', '--to', target.url ?? ''], { env: source.env });
    expect([again.code, again.err]).toEqual([
      1,
      expect.stringContaining('is not empty: it has 8 keys'),
    ]);
    await target.drop();
  });

  it('reads the URL from standard input, and warns of a password in the arguments', async () => {
    const target = await createTestDatabase({ migrated: false });
    const url = new URL(target.url ?? '');
    url.password = 'in-the-open';
    const shown = await keystamp(['move', '--to', url.href], { env: source.env });
    expect(shown.err).toContain('can read the password in --to');
    expect(shown.err).not.toContain('in-the-open');
    const other = await createTestDatabase({ migrated: false });
    const read = await keystamp(['move', '--json', '--to', '-'], {
      env: source.env,
      stdin: `${other.url}\n`,
    });
    expect(JSON.parse(read.out).moved).toMatchObject({ api_keys: 7, tracking: 1, policy_run: 1 });
    expect(read.err).not.toContain('warning');
    await Promise.all([target.drop(), other.drop()]);
  });

  it('is killed in the middle: the new database has no row, and the next move works', async () => {
    if (!existsSync(MAIN)) throw new Error('build first: npx tsc -b packages/server');
    const target = await createTestDatabase({ migrated: false });
    await keystamp(['migrate', 'up'], { env: { DATABASE_URL: target.url ?? '' } });
    // The last table that is copied waits for a lock: everything before it is written by then.
    await target.database.query(`
      create function public.wait() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock(42); return new; end';
      create trigger wait before insert on keystamp.policy_run for each row execute function public.wait()`);
    const hold = await target.database.connect();
    await hold.query('begin; select pg_advisory_xact_lock(42)');
    const child = spawn(process.execPath, [MAIN, 'move', '--to', target.url ?? ''], {
      env: { PATH: process.env['PATH'], ...source.env },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const waiting = `select 1 from pg_locks where locktype = 'advisory' and objid = 42 and not granted`;
    await until(async () => (await target.database.query(waiting)).rows.length > 0);
    child.kill('SIGINT');
    await ended;
    await hold.query('rollback');
    hold.release();
    const { rows } = await target.database.query('select from keystamp.api_keys');
    expect(rows).toHaveLength(0);
    const { code } = await keystamp(['move', '--to', target.url ?? ''], { env: source.env });
    expect(code).toBe(0);
    await target.drop();
  });
});

it('refuses while a server works on the present database', async () => {
  const [from, target] = await Promise.all([
    createTestDatabase(),
    createTestDatabase({ migrated: false }),
  ]);
  const server = await createKeystamp({ database: from.url ?? '' });
  const env = { DATABASE_URL: from.url ?? '' };
  const { code, err } = await keystamp(['move', '--to', target.url ?? ''], { env });
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/connections of Keystamp are open .* stop every server first/),
  ]);
  await server.close();
  await Promise.all([from.drop(), target.drop()]);
});

it('refuses while a process has the folder of the embedded database', async () => {
  const [source, target] = await Promise.all([
    embeddedSource(),
    createTestDatabase({ migrated: false }),
  ]);
  const server = await createKeystamp({ dataDir: source.env['KEYSTAMP_DATA_DIR'] ?? '' });
  const { code, err } = await keystamp(['move', '--to', target.url ?? ''], { env: source.env });
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/is in use by process \d+: stop it first/),
  ]);
  await server.close();
  await target.drop();
});

it('refuses the database that holds the keys, and one that cannot be had', async () => {
  const source = await embeddedSource();
  const ground = await createTestDatabase();
  await ground.database.end();
  const same = await keystamp(['move', '--to', ground.url ?? ''], {
    env: { DATABASE_URL: ground.url ?? '' },
  });
  expect([same.code, same.err]).toEqual([
    1,
    expect.stringContaining('leads to the database that holds the keys now'),
  ]);
  const away = await keystamp(['move', '--to', 'postgres://127.0.0.1:1/none'], { env: source.env });
  expect([away.code, away.err]).toEqual([
    1,
    expect.stringContaining('the new database cannot be used'),
  ]);
  const wrong = await keystamp(['move', '--to', 'mysql://secret@host/db'], { env: source.env });
  expect([wrong.code, wrong.err]).toEqual([
    2,
    expect.stringContaining('--to: expected a PostgreSQL URL'),
  ]);
  expect(wrong.err).not.toContain('secret');
  await ground.drop();
});

it('names every table and column of the schema: each is moved, or left behind on purpose', async () => {
  const ground = await createTestDatabase();
  const { rows } = await ground.database.query<{ name: string; column: string; type: string }>(
    `select c.relname as name, a.attname as column, format_type(a.atttypid, null) as type
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'keystamp'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped`,
  );
  const found = rows
    .filter(
      ({ name, column }) =>
        !LEFT_BEHIND.includes(name) && !LEFT_BEHIND.includes(`${name}.${column}`),
    )
    .map(
      ({ name, column, type }) =>
        `${name}.${column} ${type.replace('timestamp with time zone', 'timestamptz')}`,
    );
  const moved = MOVED_TABLES.flatMap(({ name, columns }) =>
    Object.entries(columns).map(([column, type]) => `${name}.${column} ${type}`),
  );
  expect(found.sort()).toEqual(moved.sort());
  await ground.drop();
});
