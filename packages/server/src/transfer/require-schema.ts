import { KeystampError } from 'keystamp';
import { type Database, migrationStatus } from 'keystamp/database';

/** Throws `schema_outdated` where a migration of this version is missing. */
export async function requireSchema(database: Database): Promise<void> {
  const missing = (await migrationStatus(database)).filter(({ appliedAt }) => appliedAt === null);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  throw new KeystampError(
    'schema_outdated',
    `The schema lacks ${names}; run "keystamp migrate up".`,
  );
}
