import { checkFields, type FieldsOf } from '../../model/known-fields.js';
import { checkLogger } from '../../options.js';
import type { Database } from '../database.js';
import type {
  MigrateDownOptions,
  MigrateOptions,
  MigrateUpOptions,
  MigrationState,
} from './migrate-options.js';
import type { MigrationSet } from './migration.js';
import { migrations } from './migrations.js';
import { Migrator } from './migrator.js';

const UP: FieldsOf<MigrateUpOptions> = { lockAttempts: true, logger: true, also: true, to: true };
const DOWN: FieldsOf<MigrateDownOptions> = { ...UP, count: true, confirm: true };

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
