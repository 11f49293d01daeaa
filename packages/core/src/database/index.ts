/**
 * The database under Keystamp, and its migrations: for what runs beside the library on the same database, as the server does.
 * Unstable: a minor version may change it. The library alone needs none of it.
 */
export {
  type Database,
  type DatabaseIdentity,
  type Executor,
  inTransaction,
  type Lane,
  type Listener,
  type ListenHandlers,
  type QueryResult,
  type Row,
  type Session,
} from './database.js';
export type { FillFolderOptions } from './embedded/fill-folder.js';
export type { PGliteLike } from './embedded/pglite-like.js';
export { fillFolder } from './fill-folder.js';
export { migrateDown, migrateUp, migrationStatus } from './migrate/migrate.js';
export type {
  MigrateDownOptions,
  MigrateOptions,
  MigrateUpOptions,
  MigrationState,
} from './migrate/migrate-options.js';
export type { Migration, MigrationSet } from './migrate/migration.js';
export { requireSchema } from './migrate/require-schema.js';
export { type OpenDatabaseOptions, openDatabase } from './open-database.js';
export { isDatabaseAway } from './outage.js';
export type { PoolLike } from './postgres/pool-like.js';
