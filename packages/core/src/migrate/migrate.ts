import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Session } from '../database/database.js';
import { demandSameDatabase } from '../database/demand-same-database.js';
import { demandSettings } from '../database/session-settings.js';
import { ArgumentError, KeystampError } from '../errors.js';
import type { Logger } from '../keystamp.js';
import { checkFields, type FieldsOf } from '../known-fields.js';
import { checkLogger } from '../options.js';
import { hasSchema } from '../sql/has-schema.js';
import { readAppliedMigrations } from '../sql/read-applied-migrations.js';
import { MigrationClient } from './migration-client.js';
import {
  type Direction,
  findMigration,
  listMigrations,
  migrationsFolder,
  readMigration,
} from './migration-folder.js';

export interface MigrateOptions {
  /** Default: the migrations that ship with the package. */
  folder?: string | undefined;
  /** How often a migration is tried that waited in vain for a lock. Default 10: for about 15 s. */
  lockAttempts?: number | undefined;
  /** Default: none. */
  logger?: Logger | undefined;
}

export interface MigrateUpOptions extends MigrateOptions {
  /** Name or number of the last migration to apply. Default: all. */
  to?: string | undefined;
}

export interface MigrateDownOptions extends MigrateOptions {
  /** How many to take back, the newest first. Default 1. */
  count?: number | undefined;
  /** Name or number of the migration that stays as the last one, instead of `count`. */
  to?: string | undefined;
  /** Called with the names that go, before anything changes; what it throws leaves all as it is. */
  confirm?: ((names: readonly string[]) => Promise<void>) | undefined;
}

const UP: FieldsOf<MigrateUpOptions> = { folder: true, lockAttempts: true, logger: true, to: true };
const DOWN: FieldsOf<MigrateDownOptions> = { ...UP, count: true, confirm: true };

export interface MigrationState {
  readonly name: string;
  /** Null: not applied. */
  readonly appliedAt: Date | null;
  /** False: the database has it, this version of the package does not know it. */
  readonly known: boolean;
}

/**
 * Applies the missing migrations, each in a transaction of its own, and returns their names. Any number
 * of instances may do it at once: one works, the others wait. With nothing missing it is one query.
 *
 * Throws `migration_failed`, naming file, statement and line; nothing of that migration stays.
 */
export async function migrateUp(
  database: Database,
  given: MigrateUpOptions = {},
): Promise<string[]> {
  const { to, ...options } = guarded(checkFields(given, UP, 'options'));
  const states = await migrationStatus(database, options);
  warnOfUnknown(states, options.logger);
  const names = states.filter((state) => state.known).map((state) => state.name);
  const last = to === undefined ? names.length - 1 : names.indexOf(findMigration(names, to));
  const wanted = new Set(names.slice(0, last + 1));
  const missing = states.filter((state) => state.appliedAt === null && wanted.has(state.name));
  return apply(
    database,
    'up',
    missing.map((state) => state.name),
    options,
  );
}

/**
 * Takes back the newest migrations and returns their names, in that order.
 * Throws `migration_failed` as `migrateUp` does, and where the database has a migration that this version
 * does not know: only the newer version can take that back.
 */
export async function migrateDown(
  database: Database,
  given: MigrateDownOptions = {},
): Promise<string[]> {
  const { count = 1, to, confirm, ...options } = guarded(checkFields(given, DOWN, 'options'));
  if (!(count >= 0)) throw new ArgumentError('count', 'a number from 0');
  const applied = (await migrationStatus(database, options)).filter(
    (state) => state.appliedAt !== null,
  );
  const names = applied.map((state) => state.name);
  const kept =
    to === undefined ? names.length - count : names.indexOf(findMigration(names, to)) + 1;
  const going = applied.slice(Math.max(kept, 0)).reverse();
  const unknown = going.find((state) => !state.known);
  if (unknown !== undefined) {
    throw new KeystampError(
      'migration_failed',
      `The database has the migration ${unknown.name}, which this version does not know: take it back with the version that applied it`,
    );
  }
  const goingNames = going.map((state) => state.name);
  await confirm?.(goingNames);
  return apply(database, 'down', goingNames, options);
}

/** All migrations, in order: those of the package, and those that only the database knows. */
export async function migrationStatus(
  database: Database,
  { folder = migrationsFolder }: MigrateOptions = {},
): Promise<MigrationState[]> {
  const [names, applied] = await Promise.all([
    listMigrations(folder),
    readAppliedMigrations(database),
  ]);
  const known = names.map((name) => ({ name, appliedAt: applied.get(name) ?? null, known: true }));
  const unknown = [...applied]
    .filter(([name]) => !names.includes(name))
    .map(([name, appliedAt]) => ({ name, appliedAt, known: false }));
  return [...known, ...unknown].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The same options with a logger that cannot fail. */
function guarded<O extends MigrateOptions>(options: O): O {
  if (options.logger === undefined) return options;
  return { ...options, logger: checkLogger(options.logger) };
}

function warnOfUnknown(states: readonly MigrationState[], logger: Logger | undefined): void {
  const unknown = states.filter((state) => !state.known).map((state) => state.name);
  if (unknown.length === 0) return;
  logger?.warn({ migrations: unknown }, 'The database is newer than this version of Keystamp');
}

async function apply(
  database: Database,
  direction: Direction,
  names: readonly string[],
  options: MigrateOptions,
): Promise<string[]> {
  if (names.length === 0) return [];
  await demandSameDatabase(database);
  await demandSettings(database);
  const session = await database.connectDirect();
  let failure: Error | undefined;
  const applied: string[] = [];
  try {
    for (const name of names) {
      if (!(await applyWithRetries(session, direction, name, options))) continue;
      options.logger?.info({ migration: name, direction }, 'Migration applied');
      applied.push(name);
    }
    return applied;
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    session.release(failure);
  }
}

const pauseMs = { first: 250, most: 2_000 };

/** A lock that does not come is given up soon, because everybody else queues behind; then tried again. */
async function applyWithRetries(
  session: Session,
  direction: Direction,
  name: string,
  options: MigrateOptions,
): Promise<boolean> {
  const { lockAttempts = 10, logger } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyOne(session, direction, name, options.folder ?? migrationsFolder);
    } catch (error) {
      if (!isLockTimeout(error) || attempt >= lockAttempts) throw error;
      logger?.warn({ migration: name, attempt }, 'Migration waits for a lock, it is tried again');
      await pause(Math.min(pauseMs.most, pauseMs.first * 2 ** (attempt - 1)));
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  return ((error as Error).cause as { code?: unknown } | undefined)?.code === '55P03';
}

/** Of all instances that migrate one database at once, one at a time. Any number that nobody else uses. */
const lockNumber = 5_230_417_119;

/** False: another instance had done it meanwhile. */
async function applyOne(
  session: Session,
  direction: Direction,
  name: string,
  folder: string,
): Promise<boolean> {
  // Loaded only where there is something to do: it is large.
  const { runner } = await import('node-pg-migrate');
  const client = new MigrationClient(session, await readMigration(folder, name, direction));
  try {
    const done = await runner({
      dbClient: client.asPgClient(),
      dir: folder,
      direction,
      file: name,
      // It sets the search path to these: nothing that another role put into `public` is found.
      schema: ['pg_catalog', 'pg_temp'],
      migrationsSchema: 'keystamp',
      migrationsTable: 'migrations',
      createMigrationsSchema: !(await hasSchema(session)),
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: 'sql' }],
      singleTransaction: true,
      advisoryLockMode: 'wait',
      lockValue: lockNumber,
      logger: silent,
    });
    return done.length > 0;
  } catch (error) {
    throw client.explain(error);
  }
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
