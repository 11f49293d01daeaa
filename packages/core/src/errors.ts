/**
 * The stable codes of what Keystamp throws. Refusals are values and absence is `null`;
 * a thrown error means that the question could not be answered.
 *
 * - `database_unavailable`: PostgreSQL cannot be reached or used right now (HTTP 503): it is away, it lets nobody in (database, role,
 *   password, TLS), or it answers and refuses (rights; schema, table, column or function missing). The message says which, in
 *   PostgreSQL's words; `cause` is the driver's error, whose `code` tells those that pass by themselves from those that do not.
 * - `overloaded`: all connections of the instance are busy, and none was free in time (HTTP 503). This is load: it says
 *   nothing of the database.
 * - `database_in_use`: another process has the embedded database's folder open.
 * - `database_missing`: the folder holds no embedded database, and none was to be made.
 * - `package_missing`: the database that was chosen needs a package that is not installed; the message says which, and how to install it.
 * - `migration_failed`: a migration did not apply; nothing of it stays. The message names the migration and, where PostgreSQL says it, the line.
 * - `schema_outdated`: the schema lacks migrations and `migrate: false` was given.
 * - `key_revoked`: a revoked key cannot be changed or rotated.
 * - `key_disabled`: a disabled key cannot be rotated; enable it first.
 * - `key_expired`: an expired key cannot be rotated; give it a new expiry first.
 * - `key_rotated`: a key has one successor at most; the message names it. Rotate that one, or make a new key.
 * - `scope_widened`: a scoped key is never made unscoped.
 * - `too_many_keys`: the user already has `maxKeysPerUser` keys (twice as many, in a rotation); deleting some makes room.
 * - `idempotency_key_reused`: an earlier call had the same `idempotencyKey` and other content.
 * - `idempotency_conflict`: an earlier call with the same `idempotencyKey` made a key that has been used, changed or deleted since.
 * - `closed`: the instance was closed before the call, or before its answer.
 */
export type KeystampErrorCode =
  | 'database_unavailable'
  | 'overloaded'
  | 'database_in_use'
  | 'database_missing'
  | 'package_missing'
  | 'migration_failed'
  | 'schema_outdated'
  | 'key_revoked'
  | 'key_disabled'
  | 'key_expired'
  | 'key_rotated'
  | 'scope_widened'
  | 'too_many_keys'
  | 'idempotency_key_reused'
  | 'idempotency_conflict'
  | 'closed';

/** A failure with a stable `code`; `cause` holds the error below it, where there is one. */
export class KeystampError extends Error {
  override readonly name = 'KeystampError';
  readonly code: KeystampErrorCode;

  constructor(code: KeystampErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export function overloaded(): KeystampError {
  return new KeystampError('overloaded', 'Too much waits for the connections to the database.');
}

/** Whether an error says that this instance has too much to do. By the code: a bundler may hold the class twice. */
export function isOverload(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'overloaded';
}

/**
 * A wrong argument. `field` is the argument's name in camelCase (`expiresAt`, `scopes[2]`), `expected`
 * says what is accepted. Neither ever holds a key, a secret or a hash.
 */
export class ArgumentError extends TypeError {
  override readonly name = 'ArgumentError';
  readonly code = 'invalid_argument';
  readonly field: string;
  readonly expected: string;

  constructor(field: string, expected: string, options?: { cause?: unknown }) {
    super(`${field}: expected ${expected}`, options);
    this.field = field;
    this.expected = expected;
  }
}
