export { createKeystamp } from './create-keystamp.js';
export type {
  Database,
  DatabaseIdentity,
  Executor,
  Listener,
  ListenHandlers,
  QueryResult,
  Row,
  Session,
} from './database/database.js';
export { inTransaction } from './database/database.js';
export { type OpenDatabaseOptions, openDatabase } from './database/open-database.js';
export { ArgumentError, KeystampError, type KeystampErrorCode } from './errors.js';
export type { BulkRevocation, KeyToRevoke } from './keys/bulk-revocation.js';
export type { ImportedApiKey, ImportOutcome } from './keys/imported-api-key.js';
export type {
  AllApiKeys,
  ListAllQuery,
  ListedApiKeys,
  ListQuery,
  ListSort,
} from './keys/list-query.js';
export type {
  ApiKeyChanges,
  CreateApiKey,
  IssuedApiKey,
  Keystamp,
  KeystampHealth,
  KeystampOptions,
  Logger,
  Ownership,
  RevokedApiKey,
  RotateOptions,
  ValidateOptions,
} from './keystamp.js';
export {
  type MigrateDownOptions,
  type MigrateOptions,
  type MigrateUpOptions,
  type MigrationState,
  migrateDown,
  migrateUp,
  migrationStatus,
} from './migrate/migrate.js';
export type { RestoredBackup } from './sql/book-restore.js';
export type { ApiKeyStatus } from './status.js';
export type { KeyUser, UserApiKey } from './user-api-key.js';
export type {
  KnownReason,
  RefusalReason,
  StrangerReason,
  Validation,
} from './validation/decide.js';
