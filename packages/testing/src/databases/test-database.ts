import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { type Database, openDatabase } from 'keystamp/database';
import { inject } from 'vitest';
import type { TestGround } from './global-setup.js';
import { execute, withDatabase } from './templates.js';

/** A database of a test's own, on what its project runs on. */
export interface TestDatabase {
  readonly kind: 'embedded' | 'postgres';
  /** For what a test itself asks: where there is a pooler, past it, with a search path of its own. */
  readonly database: Database;
  /** Null on the embedded database. */
  readonly url: string | null;
  /** A pool for the product onto the same database, through the pooler where there is one; embedded: the one session of it. Ended by `drop()` too. */
  open(): Promise<Database>;
  /** Ends all of it and removes the database. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Default true. */
  migrated?: boolean;
}

/** Makes a database: migrated (a clone of the run's template), or empty. */
export function createTestDatabase({
  migrated = true,
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const ground = inject('testGround');
  return ground.kind === 'postgres'
    ? createOnPostgres(ground, migrated)
    : createEmbedded(ground, migrated);
}

async function createOnPostgres(
  ground: TestGround & { kind: 'postgres' },
  migrated: boolean,
): Promise<TestDatabase> {
  const name = `keystamp_test_${randomBytes(6).toString('hex')}`;
  const template = migrated ? ` template ${ground.template}` : '';
  await execute(ground.url, `create database ${name}${template}`);
  const url = withDatabase(ground.url, name);
  const opened: Database[] = [];
  const keep = (database: Database) => {
    opened.push(database);
    return database;
  };
  const direct = async () => keep(await openDatabase(url));
  const pooled = async (pooler: string) =>
    keep(await openDatabase(withDatabase(pooler, name), { listenDatabase: url }));
  const open = () => (ground.pooler === null ? direct() : pooled(ground.pooler));
  return {
    kind: 'postgres',
    database: await direct(),
    url,
    open,
    drop: async () => {
      await Promise.all(opened.map((database) => database.end()));
      await execute(ground.url, `drop database if exists ${name} with (force)`);
    },
  };
}

async function createEmbedded(
  ground: TestGround & { kind: 'embedded' },
  migrated: boolean,
): Promise<TestDatabase> {
  const { empty, migrated: full } = ground.templates;
  const loadDataDir = new Blob([readFileSync(migrated ? full : empty)]);
  const pglite = await PGlite.create({ loadDataDir });
  const opened: Database[] = [];
  const open = async () => {
    const database = await openDatabase(pglite);
    opened.push(database);
    return database;
  };
  return {
    kind: 'embedded',
    database: await open(),
    url: null,
    open,
    drop: async () => {
      for (const database of opened) await database.end();
      await pglite.close();
    },
  };
}
