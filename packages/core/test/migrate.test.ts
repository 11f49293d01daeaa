import { readdirSync, readFileSync } from 'node:fs';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../src/database/database.js';
import { migrateDown, migrateUp } from '../src/database/migrate/migrate.js';
import type { Migration } from '../src/database/migrate/migration.js';
import { migrations } from '../src/database/migrate/migrations.js';
import { Migrator } from '../src/database/migrate/migrator.js';
import { KeystampError } from '../src/errors.js';

let ground: TestDatabase;

beforeAll(async () => {
  ground = await createTestDatabase({ migrated: false });
});
afterAll(() => ground.drop());
beforeEach(async () => {
  await ground.database.query('drop schema if exists keystamp cascade');
});

/** Migrations of our own, named 1_step, 2_step, … */
function steps(...texts: readonly (readonly [up: string, down: string])[]): Migration[] {
  return texts.map(([up, down], index) => ({ name: `${index + 1}_step`, up, down }));
}

function migratorOf(own: readonly Migration[], database: Database = ground.database): Migrator {
  return new Migrator(database, own);
}

const tableStep = (name: string) =>
  [`create table keystamp.${name} ();`, `drop table keystamp.${name};`] as const;
const threeTables = steps(tableStep('a'), tableStep('b'), tableStep('c'));

async function tables(): Promise<string[]> {
  const { rows } = await ground.database.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'keystamp' and table_name <> 'migrations' order by 1`,
  );
  return rows.map(({ name }) => name);
}

const shipped = migrations.map(({ name }) => name);

describe('the migrations that ship', () => {
  test('are the SQL files (else: npm run migrations)', () => {
    const folder = new URL('../migrations/', import.meta.url);
    const files = Object.fromEntries(
      readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]),
    );
    const held = migrations.flatMap(({ name, up, down }) => [
      [`${name}.up.sql`, up],
      [`${name}.down.sql`, down],
    ]);
    expect(Object.fromEntries(held)).toEqual(files);
    expect(shipped).toEqual([...shipped].sort());
  });

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
  let migrator: Migrator;
  beforeEach(() => {
    migrator = migratorOf(threeTables);
  });

  test('`to` stops after a migration, and counts as the last one that stays', async () => {
    expect(await migrator.up({ to: '2' })).toEqual(['1_step', '2_step']);
    expect(await tables()).toEqual(['a', 'b']);
    expect(await migrator.up({})).toEqual(['3_step']);
    expect(await migrator.down({ to: '1_step' })).toEqual(['3_step', '2_step']);
    expect(await tables()).toEqual(['a']);
  });

  test('`count` counts from the newest, 0 is none', async () => {
    await migrator.up({});
    expect(await migrator.down({ count: 0 })).toEqual([]);
    expect(await migrator.down({ count: 2 })).toEqual(['3_step', '2_step']);
    expect(await migrator.down({})).toEqual(['1_step']);
    expect(await migrator.down({})).toEqual([]);
  });

  test('a `to` or a `count` that cannot be is refused by name', async () => {
    await expect(migrator.up({ to: '9' })).rejects.toMatchObject({ field: 'to' });
    await expect(migrator.down({ count: -1 })).rejects.toMatchObject({ field: 'count' });
    expect(await tables()).toEqual([]);
  });

  test('the state of each is shown, with the time it was applied', async () => {
    const before = await migrator.status();
    expect(before.map(({ appliedAt }) => appliedAt)).toEqual([null, null, null]);
    await migrator.up({ to: '2' });
    const { rows } = await ground.database.query<{ now: Date }>('select now() as now');
    const after = await migrator.status();
    expect(after.map(({ name }) => name)).toEqual(['1_step', '2_step', '3_step']);
    for (const { appliedAt } of after.slice(0, 2)) {
      expect(Math.abs(Number(rows[0]?.now) - Number(appliedAt))).toBeLessThan(60_000);
    }
    expect(after[2]?.appliedAt).toBeNull();
  });

  test('with nothing missing it is one query, without a lock', async () => {
    await migrator.up({});
    const texts: string[] = [];
    const watched = Object.create(ground.database) as typeof ground.database;
    watched.query = (text, params) => {
      texts.push(text);
      return ground.database.query(text, params);
    };
    watched.connect = watched.connectDirect = () =>
      Promise.reject(new Error('no connection wanted'));
    expect(await migratorOf(threeTables, watched).up({})).toEqual([]);
    expect(texts).toHaveLength(1);
  });

  test('ten at once apply each migration once, and take each back once', async () => {
    const databases = await Promise.all(Array.from({ length: 10 }, () => ground.open()));
    const migrators = databases.map((database) => migratorOf(threeTables, database));
    const applied = await Promise.all(migrators.map((each) => each.up({})));
    expect(applied.flat().sort()).toEqual(['1_step', '2_step', '3_step']);
    const { rows } = await ground.database.query(
      'select name from keystamp.migrations order by id',
    );
    expect(rows.map(({ name }) => name)).toEqual(['1_step', '2_step', '3_step']);
    const gone = await Promise.all(migrators.map((each) => each.down({ to: '1' })));
    expect(gone.flat().sort()).toEqual(['2_step', '3_step']);
    expect(await tables()).toEqual(['a']);
  });

  test('a migration runs before those that come after it, or not at all', async () => {
    const [first, second, third] = threeTables as [Migration, Migration, Migration];
    await migratorOf([first, third]).up({});
    await expect(migrator.up({})).rejects.toMatchObject({
      code: 'migration_failed',
      message:
        '2_step is not the next migration: the database already has 3_step, which comes after it',
    });
    expect(await tables()).toEqual(['a', 'c']);
    await migrator.down({});
    expect(await migratorOf([first, second]).up({})).toEqual(['2_step']);
  });

  test('what versions before noted is as good as what this one notes', async () => {
    const own =
      'create table keystamp.migrations (id serial primary key, name varchar(255) not null, run_on timestamp not null)';
    const noted = `insert into keystamp.migrations (name, run_on) values ('1_step', now())`;
    await ground.database.query(
      `create schema keystamp; ${own}; create table keystamp.a (); ${noted}`,
    );
    expect(await migrator.up({})).toEqual(['2_step', '3_step']);
    expect(await tables()).toEqual(['a', 'b', 'c']);
    expect(await migrator.down({ count: 3 })).toEqual(['3_step', '2_step', '1_step']);
  });

  test('a schema that was made beforehand is used', async () => {
    await ground.database.query('create schema keystamp');
    expect(await migrator.up({ to: '1' })).toEqual(['1_step']);
  });
});

describe('a database newer than the package', () => {
  let older: Migrator;
  beforeEach(async () => {
    await migratorOf(threeTables).up({});
    older = migratorOf(threeTables.slice(0, 2));
  });

  test('is fine for up, and said in the log', async () => {
    const warnings: object[] = [];
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (fields: object) => warnings.push(fields),
    };
    expect(await older.up({ logger })).toEqual([]);
    expect(warnings).toEqual([{ migrations: ['3_step'] }]);
    expect((await older.status()).map(({ known }) => known)).toEqual([true, true, false]);
  });

  test('is refused for down, and nothing is taken back', async () => {
    const error = await older.down({ count: 2 }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(KeystampError);
    expect(error).toMatchObject({ code: 'migration_failed' });
    expect(error.message).toContain('3_step');
    expect(await tables()).toEqual(['a', 'b', 'c']);
  });
});

describe('a migration that fails', () => {
  test('says which file and line, and leaves nothing of itself', async () => {
    const bad = `-- the second step\ncreate table keystamp.half (n integer);\n\n-- and then\nselect 1,\n  nowhere\n  from keystamp.half;\ncreate table keystamp.rest ();`;
    const migrator = migratorOf(steps(tableStep('a'), [bad, '']));
    const error = await migrator.up({}).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'KeystampError', code: 'migration_failed' });
    expect(error.message).toBe('2_step.up.sql, line 6 (nowhere): column "nowhere" does not exist');
    expect(error.cause).toMatchObject({ code: '42703' });
    expect(await tables()).toEqual(['a']);
    const states = await migrator.status();
    expect(states.map(({ appliedAt }) => appliedAt !== null)).toEqual([true, false]);
  });

  test('by what is in the tables says which file and rule', async () => {
    const twice = `create table keystamp.n (n integer unique);\ninsert into keystamp.n values (1), (1);`;
    await expect(migratorOf(steps([twice, ''])).up({})).rejects.toThrow(
      /^1_step\.up\.sql: duplicate key value .*"n_n_key"/,
    );
    expect(await tables()).toEqual([]);
  });

  test('as the first one leaves no schema either', async () => {
    await expect(migratorOf(steps(['select nowhere', ''])).up({})).rejects.toThrow('nowhere');
    const text = `select to_regnamespace('keystamp') is null as is_gone`;
    expect((await ground.database.query(text)).rows).toEqual([{ is_gone: true }]);
  });

  test('on the way down says which file, and the migration stays', async () => {
    const bad = 'drop table keystamp.a; drop table keystamp.unheard_of;';
    const migrator = migratorOf(steps(['create table keystamp.a ();', bad]));
    await migrator.up({});
    await expect(migrator.down({})).rejects.toThrow(
      '1_step.down.sql: table "unheard_of" does not exist',
    );
    expect(await tables()).toEqual(['a']);
    expect((await migrator.status())[0]?.appliedAt).toBeInstanceOf(Date);
  });

  test('is applied once it is mended, and the lock is free', async () => {
    await expect(migratorOf(steps(['select nowhere', ''])).up({})).rejects.toThrow('nowhere');
    const other = await ground.open();
    expect(await migratorOf(steps(tableStep('a')), other).up({})).toEqual(['1_step']);
  });
});
