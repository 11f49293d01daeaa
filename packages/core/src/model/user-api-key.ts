import type { ApiKeyStatus } from './status.js';

/** The record of a key. It never holds the key, its secret or its hash. */
export interface UserApiKey {
  /** UUID. */
  readonly id: string;
  /** Whom the key belongs to: the embedding service's own user id, any text. */
  readonly userId: string;
  /** Null where the user has no address stored. */
  readonly userEmail: string | null;
  readonly name: string;
  /** What people write on the key: what it is for. Null: nothing. */
  readonly note: string | null;
  /** Pairs of text for programs (a plan, a tenant), as in `createApiKey`. Empty where there are none. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Label, `_` and the first 6 characters of the secret: for eyes and search only. */
  readonly keyPrefix: string;
  /** RFC 6749 scope tokens. Empty means: whatever its user may do. */
  readonly scopes: readonly string[];
  /** As the record was read, by the database's clock; in a validation, at that validation. */
  readonly status: ApiKeyStatus;
  readonly createdAt: Date;
  /** Null: it does not expire. */
  readonly expiresAt: Date | null;
  /** Since when it is disabled; null: it is not. A revoked or expired key may be disabled too. */
  readonly disabledAt: Date | null;
  /** Null: not revoked. */
  readonly revokedAt: Date | null;
  /**
   * The exact time of the last successful authentication, by the database's clock. Null: no use is
   * recorded (since tracking began). In a validation it is the value as this instance last read the
   * row; `getApiKey` tells the stored one.
   */
  readonly lastUsedAt: Date | null;
  /** The key that this one replaced by rotation, there or deleted since. Null: none. */
  readonly predecessorId: string | null;
  /** The key that replaced this one by rotation, there or deleted since. Null: none did. */
  readonly successorId: string | null;
}

/** The user of a key, as far as validation needs it. */
export interface KeyUser {
  readonly id: string;
  /** Null where none is stored; an embedding service need not store one. */
  readonly email: string | null;
  readonly isActive: boolean;
  readonly isAdmin: boolean;
}
