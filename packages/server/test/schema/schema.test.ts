import { readdirSync, readFileSync } from 'node:fs';
import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { type Database, migrateUp, migrationStatus } from 'keystamp/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dumpSchema } from '../../../core/src/database/migrate/dump-schema.js';
import { migrations } from '../../src/schema/migrations.js';
import {
  migrateServerDown,
  migrateServerUp,
  requireServerSchema,
  serverMigrationStatus,
} from '../../src/schema/schema.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const withoutHeader = (sql: string) => sql.replace(/^--.*\n\n/, '');
const libraryAlone = withoutHeader(read('../../../core/schema.sql'));
const both = withoutHeader(read('../../schema.sql'));
const OWN = migrations.map(({ name }) => name);

let ground: TestDatabase;
let database: Database;
beforeEach(async () => {
  ground = await createTestDatabase({ migrated: false });
  database = ground.database;
});
afterEach(() => ground.drop());

describe('the migrations of the server', () => {
  it('are the SQL files (else: npm run migrations)', () => {
    const folder = new URL('../../migrations/', import.meta.url);
    const files = readdirSync(folder).map((file) => [file, read(`../../migrations/${file}`)]);
    const held = migrations.flatMap(({ name, up, down }) => [
      [`${name}.down.sql`, down],
      [`${name}.up.sql`, up],
    ]);
    expect(held).toEqual(files.sort());
  });

  it('make schema.sql, in one order with those of the library (else: npm run schema)', async () => {
    const applied = await migrateServerUp(database);
    expect(applied).toEqual([...applied].sort());
    expect(applied).toEqual(expect.arrayContaining(['000001_users_and_api_keys', ...OWN]));
    expect(await dumpSchema(database)).toBe(both);
    expect(await migrateServerUp(database)).toEqual([]);
  });

  it('go all the way down, and up again', async () => {
    const applied = await migrateServerUp(database);
    expect(await migrateServerDown(database, { count: 99 })).toEqual(applied.toReversed());
    expect(await migrateServerUp(database)).toEqual(applied);
    expect(await dumpSchema(database)).toBe(both);
  });

  it('come to a database that the library alone made', async () => {
    await migrateUp(database);
    expect(await dumpSchema(database)).toBe(libraryAlone);
    await expect(requireServerSchema(database)).rejects.toThrow(
      `The schema lacks ${OWN.join(', ')}; run "keystamp migrate up".`,
    );
    expect(await migrateServerUp(database)).toEqual(OWN);
    expect(await dumpSchema(database)).toBe(both);
  });

  it('are none of the concern of the library beside the server', async () => {
    await migrateServerUp(database);
    await expectNoneOfTheServer();
  });
});

/** The library finds its own migrations applied, and nothing that it does not know. */
async function expectNoneOfTheServer(): Promise<void> {
  const warnings: unknown[] = [];
  const warn = (fields: object) => warnings.push(fields);
  const logger = { debug() {}, info() {}, error() {}, warn };
  expect(await migrateUp(database, { logger })).toEqual([]);
  expect(warnings).toEqual([]);
  const states = await migrationStatus(database);
  expect(states.every(({ known, appliedAt }) => known && appliedAt !== null)).toBe(true);
  expect(states.filter(({ name }) => OWN.includes(name))).toEqual([]);
}

describe('a database whose server tables the library made', () => {
  beforeEach(async () => {
    await database.query(read('one-list.sql'));
    await database.query(`
      insert into keystamp.users (id, email, password_hash, is_admin) values ('ada', 'ada@example.com', 'a hash', true);
      insert into keystamp.api_keys (user_id, name, key_prefix, key_hash, last_used_at)
        values ('ada', 'A key', 'ks_abcdef', pg_catalog.sha256('a key'), '2026-11-02T03:04:05Z');
      insert into keystamp.sessions (id_hash, user_id) values (pg_catalog.sha256('a session'), 'ada');
      insert into keystamp.oidc_subjects (issuer, subject, user_id) values ('https://id.example.com', 'a subject', 'ada');
      insert into keystamp.sign_in_failures (subject, failures) values (pg_catalog.sha256('an address'), 3);
      update keystamp.policy_run set began_at = '2026-11-03T00:00:00Z', done_at = '2026-11-03T00:00:01Z'`);
  });

  it('is taken over without a change of a row, and has the schema of a new one', async () => {
    const before = await rows();
    expect(await migrateServerUp(database)).toEqual(['000018_policy_run']);
    expect(await rows()).toEqual(before);
    expect(sortedColumns(await dumpSchema(database))).toBe(sortedColumns(both));
    expect((await serverMigrationStatus(database)).every(({ known }) => known)).toBe(true);
    expect(await migrateServerUp(database)).toEqual([]);
  });

  it('goes on with the library before the server has taken it over, and afterwards', async () => {
    await expectNoneOfTheServer();
    await migrateServerUp(database);
    await expectNoneOfTheServer();
  });

  it('goes down with what the library made for the server, and up again', async () => {
    await migrateServerUp(database);
    const gone = await migrateServerDown(database, { to: '000004' });
    expect(gone).toEqual(expect.arrayContaining(OWN));
    expect(await migrateServerUp(database)).toEqual(gone.toReversed());
    expect(sortedColumns(await dumpSchema(database))).toBe(sortedColumns(both));
    const kept = await database.query('select password_hash from keystamp.users');
    expect(kept.rows).toEqual([{ password_hash: 'a hash' }]);
  });

  /** All rows of all tables but the list of migrations. */
  async function rows(): Promise<unknown> {
    const tables = [...both.matchAll(/^create table (keystamp\.\w+)/gm)].map(([, name]) => name);
    const all = tables.map((name) => `(select json_agg(t) from ${name} t) as "${name}"`);
    return (await database.query(`select ${all.join(', ')}`)).rows[0];
  }
});

/** A column that was added later stands last in its table. */
function sortedColumns(schema: string): string {
  return schema.replaceAll(/(?<=^create table .*\n)(?: {2}.*\n)+/gm, (columns) =>
    columns.replaceAll(',\n', '\n').split('\n').sort().join('\n'),
  );
}
