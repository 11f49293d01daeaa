export type {
  Database,
  Executor,
  Listener,
  ListenHandlers,
  QueryResult,
  Row,
  Session,
} from './database.js';
export { inTransaction } from './database.js';
export { ArgumentError, KeystampError, type KeystampErrorCode } from './errors.js';
export type {
  ApiKeyChanges,
  CreateApiKey,
  IssuedApiKey,
  Keystamp,
  KeystampHealth,
  KeystampOptions,
  Logger,
  Ownership,
  ValidateOptions,
} from './keystamp.js';
export type { ListedApiKeys, ListQuery, ListSort } from './list.js';
export type { BulkRevocation, KeyToRevoke } from './revoke.js';
export type { ApiKeyStatus } from './status.js';
export type { KeyUser, UserApiKey } from './user-api-key.js';
export type { KnownReason, RefusalReason, StrangerReason, Validation } from './validate.js';
