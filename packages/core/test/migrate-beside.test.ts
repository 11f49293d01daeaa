import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Migration } from '../src/database/migrate/migration.js';
import { Migrator } from '../src/database/migrate/migrator.js';

let ground: TestDatabase;
beforeAll(async () => {
  ground = await createTestDatabase({ migrated: false });
});
afterAll(() => ground.drop());
beforeEach(async () => {
  await ground.database.query('drop schema if exists keystamp cascade');
});

async function tables(): Promise<string[]> {
  const { rows } = await ground.database.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'keystamp' and table_name <> 'migrations' order by 1`,
  );
  return rows.map(({ name }) => name);
}

describe('migrations of a program beside the library', () => {
  const [first, second, third] = ['a', 'b', 'c'].map(
    (table, index): Migration => ({
      name: `${index + 1}_step`,
      up: `create table keystamp.${table} ();`,
      down: `drop table keystamp.${table};`,
    }),
  ) as [Migration, Migration, Migration];
  const also = { owner: 'beside', migrations: [second] };
  const alone = () => new Migrator(ground.database, [first, third]);
  const together = () => new Migrator(ground.database, [first, third], also);

  test('go up and down in one order with the library’s', async () => {
    expect(await together().up({})).toEqual(['1_step', '2_step', '3_step']);
    expect(await together().down({ count: 2 })).toEqual(['3_step', '2_step']);
  });

  test('come to a database that the library brought further', async () => {
    await alone().up({});
    expect(await together().up({})).toEqual(['2_step']);
    expect(await tables()).toEqual(['a', 'b', 'c']);
  });

  test('are left alone by the library, and are none of a newer version', async () => {
    await together().up({});
    expect((await alone().status()).map(({ name }) => name)).toEqual(['1_step', '3_step']);
    expect(await alone().down({ count: 99 })).toEqual(['3_step', '1_step']);
    expect(await tables()).toEqual(['b']);
  });

  test('of a newer version of it are not taken back', async () => {
    await together().up({});
    const older = new Migrator(ground.database, [first, third], { ...also, migrations: [] });
    expect((await older.status()).map(({ known }) => known)).toEqual([true, false, true]);
    await expect(older.down({ count: 2 })).rejects.toThrow('2_step');
    expect(await tables()).toEqual(['a', 'b', 'c']);
  });
});
