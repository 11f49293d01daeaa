export { createKeystamp } from './create-keystamp.js';
export { ArgumentError, KeystampError, type KeystampErrorCode } from './errors.js';
export type {
  CreateApiKeyInput,
  IssuedApiKey,
  Keystamp,
  KeystampHealth,
  KeystampOptions,
  Logger,
  Ownership,
  RevokedApiKey,
  RotateOptions,
  UpdateApiKeyInput,
  ValidateOptions,
} from './keystamp.js';
export type { BulkRevocation, RevokeApiKeyInput } from './model/bulk-revocation.js';
export type { ImportApiKeyInput, ImportOutcome } from './model/import-api-key-input.js';
export type {
  AllApiKeys,
  ListAllQuery,
  ListedApiKeys,
  ListQuery,
  ListSort,
} from './model/list-query.js';
export type { ApiKeyStatus } from './model/status.js';
export type { KeyUser, UserApiKey } from './model/user-api-key.js';
export type { RestoredBackup } from './sql/book-restore.js';
export type {
  KnownReason,
  RefusalReason,
  StrangerReason,
  Validation,
} from './validation/decide.js';
