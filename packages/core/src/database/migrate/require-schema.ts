import { KeystampError } from '../../errors.js';
import type { Database } from '../database.js';
import { migrationStatus } from './migrate.js';

/** Throws `schema_outdated`, naming them, where migrations of this version are missing. */
export async function requireSchema(database: Database): Promise<void> {
  const missing = (await migrationStatus(database)).filter(({ appliedAt }) => appliedAt === null);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  throw new KeystampError(
    'schema_outdated',
    `The schema lacks ${names}; run "keystamp migrate up".`,
  );
}
