import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { migrateServerUp } from '@keystamp/server/schema';
import { migrateUp, openDatabase } from 'keystamp/database';
import pg from 'pg';
import { partitionKeys } from './partitioned.js';
import { shadowsSql } from './shadows.js';

/** Whose tables: the library's alone, or the server's beside them. */
export type SchemaOf = 'core' | 'server';

const MIGRATE = { core: migrateUp, server: migrateServerUp };

/** Changes with every change of a migration, so that a template of other migrations is never taken. */
function migrationsHash(): string {
  const hash = createHash('sha256').update(shadowsSql());
  for (const owner of ['core', 'server']) {
    const folder = fileURLToPath(new URL(`../../../${owner}/migrations/`, import.meta.url));
    for (const file of readdirSync(folder).sort()) {
      hash.update(file).update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 12);
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** Runs one statement on a connection of its own. */
export async function execute(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Makes a migrated database with shadows in `public` to clone, unless the server has it, and returns its name. `isPartitioned`: with `api_keys` in partitions. */
export async function makePostgresTemplate(
  url: string,
  schema: SchemaOf,
  isPartitioned = false,
): Promise<string> {
  const name = `keystamp_template_${isPartitioned ? 'partitioned_' : ''}${schema}_${migrationsHash()}`;
  const known = await execute(url, `select 1 from pg_database where datname = '${name}'`);
  if (known.rowCount === 1) return name;
  const making = `keystamp_making_${randomBytes(6).toString('hex')}`;
  await execute(url, `create database ${making}`);
  // Thousands of shadows are one statement, which a busy machine takes long for.
  const database = await openDatabase(withDatabase(url, making), { statementTimeoutMs: 600_000 });
  try {
    await database.query(shadowsSql());
    await MIGRATE[schema](database);
    if (isPartitioned) await partitionKeys(database);
  } finally {
    await database.end();
  }
  // Nobody connects to it, autovacuum neither: a template in use cannot be cloned.
  await execute(url, `alter database ${making} allow_connections false`);
  await execute(url, `alter database ${making} rename to ${name}`).catch(async (error) => {
    await execute(url, `drop database ${making}`);
    if (error.code !== '42P04') throw error; // Another run made it meanwhile.
  });
  return name;
}

/** Dumps of embedded databases, to load new ones from. */
export interface EmbeddedTemplates {
  readonly empty: string;
  readonly migrated: string;
}

/** Writes them, unless they are there, and returns their files. */
export async function makeEmbeddedTemplates(schema: SchemaOf): Promise<EmbeddedTemplates> {
  const name = (what: string) =>
    join(tmpdir(), `keystamp-embedded-${what}-${migrationsHash()}.tar`);
  const files = { empty: name('empty'), migrated: name(schema) };
  if (existsSync(files.empty) && existsSync(files.migrated)) return files;
  const pglite = await PGlite.create();
  try {
    await writeDump(pglite, files.empty);
    await MIGRATE[schema](await openDatabase(pglite));
    await writeDump(pglite, files.migrated);
  } finally {
    await pglite.close();
  }
  return files;
}

async function writeDump(pglite: PGlite, file: string): Promise<void> {
  const dump = await pglite.dumpDataDir('none');
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, Buffer.from(await dump.arrayBuffer()));
  renameSync(unfinished, file);
}
