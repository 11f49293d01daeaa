/** The library: `createKeystamp`, and the types of what it takes and gives. */
export { createKeystamp } from './create-keystamp.js';
export type { PGliteTransactionLike } from './database/embedded/pglite-like.js';
export type { ClientLike } from './database/postgres/pool-like.js';
export type { FlushTrace, ReadTrace } from './diagnostics/traces.js';
export { ArgumentError, KeystampError, type KeystampErrorCode } from './errors.js';
export type {
  ActorOption,
  ChangeOptions,
  DisabledApiKey,
  EnabledApiKey,
  ImportOptions,
  IssuedApiKey,
  Keystamp,
  KeystampHealth,
  KeystampOptions,
  Logger,
  Ownership,
  RequestOrigin,
  RevokedApiKey,
  RotateOptions,
  TransactionClient,
  ValidateOptions,
} from './keystamp.js';
export type { Actor, ActorInput, ActorKind } from './model/actor.js';
export type { CreateApiKeyInput, UpdateApiKeyInput } from './model/api-key-input.js';
export type { BulkOutcome, SeenApiKey } from './model/bulk-change.js';
export type { ImportApiKeyInput, ImportOutcome } from './model/import-api-key-input.js';
export type {
  ChangedValue,
  EventQuery,
  KeyEvent,
  KeyEventKind,
  ListedEvents,
  RefusedUse,
} from './model/key-event.js';
export type {
  AllApiKeys,
  KeyCounts,
  ListAllQuery,
  ListedApiKeys,
  ListQuery,
  ListSort,
} from './model/list-query.js';
export type { ApiKeyStatus } from './model/status.js';
export type { SweepOutcome, SweepPolicy, SweepResult, SweptApiKey } from './model/sweep.js';
export type { KeyUser, UserApiKey } from './model/user-api-key.js';
export type { RestoredBackup } from './sql/book-restore.js';
export type {
  KnownReason,
  RefusalReason,
  StrangerReason,
  Validation,
} from './validation/decide.js';
export type { ValidateTrace } from './validation/trace-validation.js';
