import type { Logger } from '../../keystamp.js';
import { checkFields, type FieldsOf } from '../../model/known-fields.js';
import { checkLogger } from '../../options.js';
import type { Database } from '../database.js';
import type { MigrationSet } from './migration.js';
import { migrations } from './migrations.js';
import { Migrator } from './migrator.js';

export interface MigrateOptions {
  /** How often a migration is tried that waited in vain for a lock. Default 10: for about 15 s. */
  lockAttempts?: number | undefined;
  /** Default: none. */
  logger?: Logger | undefined;
  /** Migrations of a program beside the library's, in one order with them. Default: none. */
  also?: MigrationSet | undefined;
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

const UP: FieldsOf<MigrateUpOptions> = { lockAttempts: true, logger: true, also: true, to: true };
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
 * Throws `migration_failed`, naming the migration and, where PostgreSQL says it, the line; nothing of that
 * migration stays.
 */
export async function migrateUp(
  database: Database,
  given: MigrateUpOptions = {},
): Promise<string[]> {
  const options = guarded(checkFields(given, UP, 'options'));
  return new Migrator(database, migrations, options.also).up(options);
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
  const options = guarded(checkFields(given, DOWN, 'options'));
  return new Migrator(database, migrations, options.also).down(options);
}

/**
 * All migrations, in order: those of the library and of `also`, and those of a newer version, which only the database knows.
 */
export function migrationStatus(
  database: Database,
  also?: MigrationSet,
): Promise<MigrationState[]> {
  return new Migrator(database, migrations, also).status();
}

/** The same options with a logger that cannot fail. */
function guarded<O extends MigrateOptions>(options: O): O {
  if (options.logger === undefined) return options;
  return { ...options, logger: checkLogger(options.logger) };
}
