import type { Database, Executor, Session } from './database/database.js';
import type { PGliteLike, PGliteTransactionLike } from './database/embedded/pglite-like.js';
import type { ClientLike, PoolLike } from './database/postgres/pool-like.js';
import type { ActorInput } from './model/actor.js';
import type { CreateApiKeyInput, UpdateApiKeyInput } from './model/api-key-input.js';
import type { BulkOutcome, SeenApiKey } from './model/bulk-change.js';
import type { ImportApiKeyInput, ImportOutcome } from './model/import-api-key-input.js';
import type { EventQuery, ListedEvents } from './model/key-event.js';
import type { AllApiKeys, ListAllQuery, ListedApiKeys, ListQuery } from './model/list-query.js';
import type { SweepPolicy, SweepResult } from './model/sweep.js';
import type { KeyUser, UserApiKey } from './model/user-api-key.js';
import type { RestoredBackup } from './sql/book-restore.js';
import type { Validation } from './validation/decide.js';

/** The part of pino's logger that Keystamp uses. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface KeystampOptions {
  /**
   * A `pg.Pool`, a PGlite, a PostgreSQL URL, what `openDatabase` returned, or nothing: embedded, in `dataDir`. What is handed in open stays
   * open at `close()`. The parameters of a URL, such as `sslmode`, `sslrootcert` and `target_session_attrs`: docs/guide/connecting.md.
   */
  database?: Database | PoolLike | PGliteLike | string | undefined;
  /** Folder of the embedded database. Default `./keystamp-data`. */
  dataDir?: string | undefined;
  /** URL of a direct connection for notifications and migrations, where `database` goes through a pooler in transaction mode. */
  listenDatabase?: string | undefined;
  /** Apply missing migrations first. Default true; with false an outdated schema throws `schema_outdated`. */
  migrate?: boolean | undefined;
  /** Label of new keys: 1 to 16 lower-case letters and digits, a letter first. Default `ks`. */
  label?: string | undefined;
  /** The window in which a key's stamp is written about once over the whole fleet, in ms: 200 to 25,000. Default 1,000. */
  precisionMs?: number | undefined;
  /** The longest wait of a fresh use for its flush, in ms: 50 to 10,000. Default 500. */
  flushIntervalMs?: number | undefined;
  /** Known keys held in memory: 0 to 10,000,000. Default 100,000. */
  cacheSize?: number | undefined;
  /** How long cached keys stay valid after the last heartbeat of the listener while the database is unavailable, in ms. 0 switches it off. Default 60,000. */
  outageGraceMs?: number | undefined;
  /** Keys a user may have, revoked and expired ones included; rotations go on up to twice as many. Default 1,000. */
  maxKeysPerUser?: number | undefined;
  /**
   * Days that events of the history are kept: 1 to 36,500. Default 400. Older ones are deleted by any instance that runs for over a
   * minute, so give all instances over one database the same number.
   */
  historyDays?: number | undefined;
  /** Every new key expires, within so many days: 1 to 36,500. A later expiry, or none, is refused. Default: no limit. */
  maxExpiryDays?: number | undefined;
  /** Default: none. */
  logger?: Logger | undefined;
  /** This host's clock in epoch ms, for tests; only differences of it count. */
  now?: (() => number) | undefined;
}

export interface RotateOptions {
  /** How long the old key goes on, in seconds: 0 to 2,592,000 (30 days). 0: it stops at once. Default 86,400 (1 day). */
  graceSeconds?: number | undefined;
  /** As in `createApiKey`. */
  idempotencyKey?: string | undefined;
}

/**
 * Limits an operation to the keys of one user: another user's key is then absent. Of all optional fields only this one, and that
 * of a list, do not take undefined: a limit that came out as undefined would be none.
 */
export interface Ownership {
  userId?: string;
}

/** Who makes a change; the history keeps it. Default: `{ kind: 'library' }`. */
export interface ActorOption {
  actor?: ActorInput | undefined;
}

/** Who imports, and where. */
export interface ImportOptions extends ActorOption {
  /**
   * A session of the same database (`keystamp/database`) in a transaction of the caller's: the keys are added in it, and are
   * known to every instance when it is committed. Default: a transaction of their own.
   */
  session?: Executor | undefined;
}

/**
 * A connection of the caller's with an open transaction, on the database of the instance: a client of `pg` after its `begin`, what
 * `transaction()` of a PGlite hands to its callback, or a session of `inTransaction` (`keystamp/database`).
 */
export type TransactionClient = ClientLike | PGliteTransactionLike | Session;

/** Whose keys a change is limited to, who makes it, and in which transaction. */
export interface ChangeOptions extends Ownership, ActorOption {
  /**
   * A connection of yours in a transaction: the change is made in it, counts when you commit, and reaches every instance then, this
   * one included, by a notification. Until it ends, other changes of the same key wait. As in `createApiKey` otherwise. Default: a
   * transaction of its own.
   */
  client?: TransactionClient | undefined;
}

/** A key and, once, its full string. */
export interface IssuedApiKey {
  /** Shown once: it cannot be had again. */
  readonly apiKey: string;
  readonly key: UserApiKey;
  /** True: an earlier call with the same `idempotencyKey` made the key. The earlier text has stopped. */
  readonly isReissued: boolean;
}

/** A revoked key, and whether it was this call that revoked it. */
export interface RevokedApiKey extends UserApiKey {
  /** False: the key was revoked before, and nothing changed. */
  readonly revokedNow: boolean;
}

/** A disabled key, and whether it was this call that disabled it. */
export interface DisabledApiKey extends UserApiKey {
  /** False: the key was disabled before, and nothing changed. */
  readonly disabledNow: boolean;
}

/** A key that is not disabled, and whether it was this call that enabled it. */
export interface EnabledApiKey extends UserApiKey {
  /** False: the key was not disabled, and nothing changed. */
  readonly enabledNow: boolean;
}

export interface ValidateOptions {
  /** All of them are needed. A key without scopes has them all. */
  scopes?: readonly string[] | undefined;
  /**
   * Those of administrators alone: where one of them is needed, the key must name it, and its user must be an administrator.
   * A key without scopes does not have them. Default: none.
   */
  adminScopes?: readonly string[] | undefined;
  /** False: a look that is no use of the key (as in revocation by the key itself). Default true. */
  recordUse?: boolean | undefined;
  /** Where the key was presented: the history and the log have it of a key that is disabled, revoked, expired or of an inactive user. */
  from?: RequestOrigin | undefined;
}

/** Where a key was presented. Read only where the key is refused, so both may be getters. */
export interface RequestOrigin {
  /** What was asked for, as in `GET /orders/:id`; without a query, and of 200 characters at most. Null: unknown. */
  readonly route: string | null;
  /** The address of the client, of which the network is kept (/24 of IPv4, /48 of IPv6). Null: unknown. */
  readonly address: string | null;
}

/** What an operator wants to know of an instance. All durations in ms. */
export interface KeystampHealth {
  /** False while the database does not answer, and after `close()`: nobody asks it any more. */
  readonly databaseReachable: boolean;
  /** False: the LISTEN connection is not live; every validation queries the database. */
  readonly listening: boolean;
  /** True while validations are answered: false after the grace of an outage and after `close()`. */
  readonly ready: boolean;
  readonly cachedKeys: number;
  /** Keys with a use that is not in the database yet. */
  readonly pendingKeys: number;
  /** Age of the oldest attempt that is overdue; 0 when the flush keeps up. */
  readonly flushLagMs: number;
  /** By how much this host's clock is ahead of the database's; behind it where negative. Nothing goes by the host's clock. */
  readonly clockOffsetMs: number;
  readonly counts: {
    readonly cacheHits: number;
    readonly cacheMisses: number;
    readonly refusals: Readonly<Record<string, number>>;
    readonly flushes: number;
    readonly flushFailures: number;
    readonly keysWritten: number;
    readonly reconnections: number;
  };
}

/**
 * API keys over one database. Made by `createKeystamp`; safe for any number of calls at once. What asks the database throws
 * `database_unavailable` while it cannot be used, `overloaded` where no connection is free in time, and an `ArgumentError` for
 * what is wrong in a call. After `close()` every call throws `closed`, but `health`, `now` and `close` themselves.
 */
export interface Keystamp {
  readonly database: Database;
  /**
   * Now, by the database's clock as this instance knows it: without a query, and exact to half of the fastest recent round trip.
   * Relative times and expiries are made from it, whatever the clock of the host says. It goes on after `close()`.
   *
   * @example
   * const expiresAt = new Date(keystamp.now().getTime() + 90 * 24 * 60 * 60 * 1000);
   */
  now(): Date;
  /** Throws `too_many_keys`; with `idempotencyKey` also `idempotency_key_reused`, `idempotency_conflict`. */
  createApiKey(input: CreateApiKeyInput, options?: ActorOption): Promise<IssuedApiKey>;
  /**
   * Whether the key may act now. Of a key that is disabled, revoked, expired or of an inactive user, the history gets one event an
   * hour (`refused`) that says so, and the log a line a minute.
   */
  validateUserApiKey(apiKey: string, options?: ValidateOptions): Promise<Validation>;
  /** Null: no such key (or not of `within.userId`). */
  getApiKey(id: string, within?: Ownership): Promise<UserApiKey | null>;
  /** Keys whose id or prefix begins with the text, of at least 4 characters: the newest 10 of them at most. */
  findApiKeys(beginning: string, within?: Ownership): Promise<UserApiKey[]>;
  listApiKeys(query?: ListQuery): Promise<ListedApiKeys>;
  /**
   * Every key that matches, each once, in any order, as of one moment: also while keys are used and changed. All are in memory
   * at once, about 1 kB each; one connection is held meanwhile.
   *
   * @example const { keys } = await keystamp.listAllApiKeys({ unusedFor: 90 });
   */
  listAllApiKeys(query?: ListAllQuery): Promise<AllApiKeys>;
  /** Null: no such key. Throws `key_revoked`, `scope_widened`; where it moves to another user, `too_many_keys`. */
  updateApiKey(
    id: string,
    changes: UpdateApiKeyInput,
    options?: ChangeOptions,
  ): Promise<UserApiKey | null>;
  /**
   * A stop that `enableApiKey` takes back: the key is refused as `disabled`, here at once and on every other instance within a
   * second. Idempotent. Null: no such key. Throws `key_revoked`.
   */
  disableApiKey(id: string, options?: ChangeOptions): Promise<DisabledApiKey | null>;
  /** The key works again, unless it has expired or its user is inactive. Idempotent. Null: no such key. Throws `key_revoked`. */
  enableApiKey(id: string, options?: ChangeOptions): Promise<EnabledApiKey | null>;
  /** Stops the key: this cannot be taken back. Idempotent. Null: no such key. */
  revokeApiKey(id: string, options?: ChangeOptions): Promise<RevokedApiKey | null>;
  /**
   * At most 1,000 keys; one outcome per given key, in order. A key used since `lastUsedAt` is left alone, also where this instance
   * has not stored the use yet; what other instances have not stored, for two windows and a flush at most, is not seen.
   */
  revokeApiKeys(
    keys: readonly SeenApiKey[],
    options?: ChangeOptions,
  ): Promise<BulkOutcome<'revoked'>[]>;
  /** As `revokeApiKeys`. A revoked key is `already` stopped. */
  disableApiKeys(
    keys: readonly SeenApiKey[],
    options?: ChangeOptions,
  ): Promise<BulkOutcome<'disabled'>[]>;
  /**
   * Stops the keys that a policy finds stale: 1,000 at a time, each time by the statement of the bulk forms. A key that was used or
   * changed since it was looked at is left alone, as is one whose metadata has `keep-until`: a day such as `2027-01-31`, to its
   * end in UTC, or an ISO 8601 time that is not over yet. A `keep-until` that cannot be read keeps the key too. None counts as unused
   * from before tracking began or it was enabled again. A failure leaves what was stopped before it stopped; the next sweep goes on.
   *
   * @example
   * const { disabled } = await keystamp.sweep({ disableUnused: 90, revokeDisabled: 30, dryRun: true });
   */
  sweep(policy: SweepPolicy): Promise<SweepResult>;
  /**
   * A successor now, one for each key; the old key expires at the earlier of its expiry and now + grace. Null: no such key.
   * Throws `key_revoked`, `key_expired`, `key_rotated`, `too_many_keys`; with `idempotencyKey` as `createApiKey`.
   */
  rotateApiKey(
    id: string,
    options?: RotateOptions,
    by?: ChangeOptions,
  ): Promise<IssuedApiKey | null>;
  /** The record as it was. Null: no such key. */
  deleteApiKey(id: string, options?: ChangeOptions): Promise<UserApiKey | null>;
  /** At most 1,000 keys made elsewhere, by their hashes: all or none; one outcome a key, in order. */
  importApiKeys(
    keys: readonly ImportApiKeyInput[],
    options?: ImportOptions,
  ): Promise<ImportOutcome[]>;
  /** What happened to keys and who did it, newest first; never a use. */
  listEvents(query?: EventQuery): Promise<ListedEvents>;
  /**
   * Call it after a backup was restored, with the time of the backup: uses from then until now are not in the database. From now
   * on a list says so (`restoredAt`), and no key counts as unused before. Throws `ArgumentError` for a time in the future.
   */
  bookRestore(backupAt: Date): Promise<RestoredBackup>;
  /**
   * Null: no such user. `executor`: the transaction that the change belongs to (`inTransaction`); call `userChanged` once it
   * is committed.
   */
  setUserActive(userId: string, isActive: boolean, executor?: Executor): Promise<KeyUser | null>;
  /** Tells this instance at once of a change of a user that was made past it (its activity, rights or address). Others hear of it by themselves. */
  userChanged(userId: string): void;
  /** Resolves when every use recorded before the call is stored (or a newer one is). Never writes more often than the window. */
  flush(): Promise<void>;
  health(): KeystampHealth;
  /**
   * Stops and writes what is pending, within 5 s. Idempotent. Call it on every signal that ends your process: `SIGTERM`,
   * `SIGINT`, and `SIGHUP`, which a closed terminal sends, often twice. A process that ends without it loses the last uses.
   *
   * @example
   * for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void keystamp.close());
   */
  close(): Promise<void>;
}
