import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KeystampError } from '../src/errors.js';
import { migrateDown, migrateUp, migrationStatus } from '../src/migrate/migrate.js';
import { migrationsFolder } from '../src/migrate/migration-folder.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let ground: TestDatabase;
let folder: string;

beforeAll(async () => {
  ground = await createTestDatabase({ migrated: false });
});
afterAll(() => ground.drop());
beforeEach(async () => {
  await ground.database.query('drop schema if exists keystamp cascade');
  folder = mkdtempSync(join(tmpdir(), 'keystamp-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes migrations of our own, named 1, 2, … */
function write(migrations: readonly (readonly [up: string, down: string])[]): void {
  for (const [index, [up, down]] of migrations.entries()) {
    writeFileSync(join(folder, `${index + 1}_step.up.sql`), up);
    writeFileSync(join(folder, `${index + 1}_step.down.sql`), down);
  }
}

const threeTables = ['a', 'b', 'c'].map(
  (name) => [`create table keystamp.${name} ();`, `drop table keystamp.${name};`] as const,
);

async function tables(): Promise<string[]> {
  const { rows } = await ground.database.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'keystamp' and table_name <> 'migrations' order by 1`,
  );
  return rows.map(({ name }) => name);
}

const shipped = readdirSync(migrationsFolder)
  .filter((file) => file.endsWith('.up.sql'))
  .map((file) => file.replace('.up.sql', ''))
  .sort();

describe('the migrations that ship', () => {
  test('go up, all the way down and up again', async () => {
    expect(await migrateUp(ground.database)).toEqual(shipped);
    const up = await tables();
    expect(up).toEqual(expect.arrayContaining(['api_keys', 'tracking', 'users']));

    expect(await migrateDown(ground.database, { count: 99 })).toEqual([...shipped].reverse());
    // The day on which tracking began survives.
    expect(await tables()).toEqual(['tracking']);

    expect(await migrateUp(ground.database)).toEqual(shipped);
    expect(await tables()).toEqual(up);
  });

  test('the column last_used_at comes with 000002 and goes with its down, keys stay', async () => {
    const columns = async () => {
      const { rows } = await ground.database.query(
        `select data_type, is_nullable, column_default from information_schema.columns
          where table_schema = 'keystamp' and table_name = 'api_keys' and column_name = 'last_used_at'`,
      );
      return rows;
    };
    const names = async () =>
      (await ground.database.query('select name from keystamp.api_keys')).rows;

    await migrateUp(ground.database, { to: '1' });
    await ground.database.query(`insert into keystamp.users (id) values ('ada')`);
    await ground.database.query(
      `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
       values ('ada', 'older than the tracking', 'ks_abcdef', sha256('not a key'))`,
    );
    expect(await columns()).toEqual([]);

    await migrateUp(ground.database, { to: '000002_last_used_at' });
    const column = {
      data_type: 'timestamp with time zone',
      is_nullable: 'YES',
      column_default: null,
    };
    expect(await columns()).toEqual([column]);
    const since = await ground.database.query('select since from keystamp.tracking');

    await migrateDown(ground.database);
    expect(await columns()).toEqual([]);
    await migrateUp(ground.database);
    expect(await columns()).toEqual([column]);
    expect(await names()).toEqual([{ name: 'older than the tracking' }]);
    const { rows } = await ground.database.query('select since from keystamp.tracking');
    expect(rows).toEqual(since.rows);
  });
});

describe('up and down', () => {
  beforeEach(() => write(threeTables));

  test('`to` stops after a migration, and counts as the last one that stays', async () => {
    expect(await migrateUp(ground.database, { folder, to: '2' })).toEqual(['1_step', '2_step']);
    expect(await tables()).toEqual(['a', 'b']);
    expect(await migrateUp(ground.database, { folder })).toEqual(['3_step']);
    expect(await migrateDown(ground.database, { folder, to: '1_step' })).toEqual([
      '3_step',
      '2_step',
    ]);
    expect(await tables()).toEqual(['a']);
  });

  test('`count` counts from the newest, 0 is none', async () => {
    await migrateUp(ground.database, { folder });
    expect(await migrateDown(ground.database, { folder, count: 0 })).toEqual([]);
    expect(await migrateDown(ground.database, { folder, count: 2 })).toEqual(['3_step', '2_step']);
    expect(await migrateDown(ground.database, { folder })).toEqual(['1_step']);
    expect(await migrateDown(ground.database, { folder })).toEqual([]);
  });

  test('a `to` or a `count` that cannot be is refused by name', async () => {
    await expect(migrateUp(ground.database, { folder, to: '9' })).rejects.toMatchObject({
      field: 'to',
    });
    await expect(migrateDown(ground.database, { folder, count: -1 })).rejects.toMatchObject({
      field: 'count',
    });
    expect(await tables()).toEqual([]);
  });

  test('the state of each is told, with the time it was applied', async () => {
    const before = await migrationStatus(ground.database, { folder });
    expect(before.map(({ appliedAt }) => appliedAt)).toEqual([null, null, null]);
    await migrateUp(ground.database, { folder, to: '2' });
    const { rows } = await ground.database.query<{ now: Date }>('select now() as now');
    const after = await migrationStatus(ground.database, { folder });
    expect(after.map(({ name }) => name)).toEqual(['1_step', '2_step', '3_step']);
    for (const { appliedAt } of after.slice(0, 2)) {
      expect(Math.abs(Number(rows[0]?.now) - Number(appliedAt))).toBeLessThan(60_000);
    }
    expect(after[2]?.appliedAt).toBeNull();
  });

  test('with nothing missing it is one query, without a lock', async () => {
    await migrateUp(ground.database, { folder });
    const texts: string[] = [];
    const watched = Object.create(ground.database) as typeof ground.database;
    watched.query = (text, params) => {
      texts.push(text);
      return ground.database.query(text, params);
    };
    watched.connect = watched.connectDirect = () =>
      Promise.reject(new Error('no connection wanted'));
    expect(await migrateUp(watched, { folder })).toEqual([]);
    expect(texts).toHaveLength(1);
  });

  test('ten at once apply each migration once', async () => {
    const databases = await Promise.all(Array.from({ length: 10 }, () => ground.open()));
    const applied = await Promise.all(databases.map((database) => migrateUp(database, { folder })));
    expect(applied.flat().sort()).toEqual(['1_step', '2_step', '3_step']);
    const { rows } = await ground.database.query(
      'select name from keystamp.migrations order by id',
    );
    expect(rows.map(({ name }) => name)).toEqual(['1_step', '2_step', '3_step']);
  });
});

describe('a database newer than the package', () => {
  beforeEach(async () => {
    write(threeTables);
    await migrateUp(ground.database, { folder });
    rmSync(join(folder, '3_step.up.sql'));
    rmSync(join(folder, '3_step.down.sql'));
  });

  test('is fine for up, and said in the log', async () => {
    const warnings: object[] = [];
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (fields: object) => warnings.push(fields),
    };
    expect(await migrateUp(ground.database, { folder, logger })).toEqual([]);
    expect(warnings).toEqual([{ migrations: ['3_step'] }]);
    const states = await migrationStatus(ground.database, { folder });
    expect(states.map(({ known }) => known)).toEqual([true, true, false]);
  });

  test('is refused for down, and nothing is taken back', async () => {
    const error = await migrateDown(ground.database, { folder, count: 2 }).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(KeystampError);
    expect(error).toMatchObject({ code: 'migration_failed' });
    expect(error.message).toContain('3_step');
    expect(await tables()).toEqual(['a', 'b', 'c']);
  });
});

describe('a migration that fails', () => {
  const good = threeTables[0] as readonly [string, string];

  test('says which statement of which file and line, and leaves nothing of itself', async () => {
    const bad = `-- the second step\ncreate table keystamp.half (n integer);\n\n-- and then\nselect 1,\n  nowhere\n  from keystamp.half;\ncreate table keystamp.rest ();`;
    write([good, [bad, '']]);
    const error = await migrateUp(ground.database, { folder }).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'KeystampError', code: 'migration_failed' });
    expect(error.message).toBe(
      '2_step.up.sql, statement 2, line 6 (select 1,): column "nowhere" does not exist',
    );
    expect(error.cause).toMatchObject({ code: '42703' });
    expect(await tables()).toEqual(['a']);
    const states = await migrationStatus(ground.database, { folder });
    expect(states.map(({ appliedAt }) => appliedAt !== null)).toEqual([true, false]);
  });

  test('by what is in the tables is told by its statement too', async () => {
    write([
      [
        `create table keystamp.n (n integer unique);\ninsert into keystamp.n values (1);\ninsert into keystamp.n\n  values (1);`,
        '',
      ],
    ]);
    await expect(migrateUp(ground.database, { folder })).rejects.toThrow(
      '1_step.up.sql, statement 3, line 3 (insert into keystamp.n): duplicate key value',
    );
    expect(await tables()).toEqual([]);
  });

  test('on the way down is told by its file, and the migration stays', async () => {
    write([[good[0], 'drop table keystamp.a; drop table keystamp.unheard_of;']]);
    await migrateUp(ground.database, { folder });
    await expect(migrateDown(ground.database, { folder })).rejects.toThrow(
      '1_step.down.sql, statement 2, line 1 (drop table keystamp.unheard_of): table "unheard_of" does not exist',
    );
    expect(await tables()).toEqual(['a']);
  });

  test('is applied once it is mended, and the lock is free', async () => {
    write([['select nowhere', '']]);
    await expect(migrateUp(ground.database, { folder })).rejects.toThrow('nowhere');
    write([good]);
    const other = await ground.open();
    expect(await migrateUp(other, { folder })).toEqual(['1_step']);
  });
});
