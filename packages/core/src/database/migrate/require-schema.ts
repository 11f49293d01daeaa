import { KeystampError } from '../../errors.js';
import type { Database } from '../database.js';
import { migrationStatus } from './migrate.js';
import type { MigrationSet } from './migration.js';

/** Throws `schema_outdated`, naming them, where migrations of this version, or of `also`, are missing. */
export async function requireSchema(database: Database, also?: MigrationSet): Promise<void> {
  const states = await migrationStatus(database, also);
  const missing = states.filter(({ appliedAt }) => appliedAt === null);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  throw new KeystampError(
    'schema_outdated',
    `The schema lacks ${names}; run "keystamp migrate up".`,
  );
}
