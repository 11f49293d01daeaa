import {
  type Database,
  type MigrateDownOptions,
  type MigrateUpOptions,
  type MigrationState,
  migrateDown,
  migrateUp,
  migrationStatus,
  requireSchema,
} from 'keystamp/database';
import { migrations } from './migrations.js';

/** The server's tables stand beside those of the library: sessions, sign-in, set-up, the run of the policy. */
const also = { owner: 'server', migrations };

/** As `migrateUp`, for the tables of the library and of the server. */
export function migrateServerUp(
  database: Database,
  options: MigrateUpOptions = {},
): Promise<string[]> {
  return migrateUp(database, { ...options, also });
}

/** As `migrateDown`, for the tables of the library and of the server: the newest migration of both first. */
export function migrateServerDown(
  database: Database,
  options: MigrateDownOptions = {},
): Promise<string[]> {
  return migrateDown(database, { ...options, also });
}

/** As `migrationStatus`, for the tables of the library and of the server. */
export function serverMigrationStatus(database: Database): Promise<MigrationState[]> {
  return migrationStatus(database, also);
}

/** Throws `schema_outdated` where the schema lacks a migration of the library or of the server. */
export function requireServerSchema(database: Database): Promise<void> {
  return requireSchema(database, also);
}
