import { ArgumentError } from '../errors.js';
import { MAX_BULK } from '../rules/index.js';
import { checkId, isStorableTime } from './arguments.js';
import { checkItem, type FieldsOf } from './known-fields.js';
import type { UserApiKey } from './user-api-key.js';

/** A key to stop, and its last use as the caller saw it (null: none). A key as it was listed will do. */
export interface SeenApiKey {
  readonly id: string;
  readonly lastUsedAt: Date | null;
}

/** What became of one key of many. `Done` is what was asked for; `already`: the key was stopped before. */
export interface BulkOutcome<Done extends 'revoked' | 'disabled' = 'revoked' | 'disabled'> {
  readonly id: string;
  /** Null: there is no such key. */
  readonly keyPrefix: string | null;
  readonly outcome: Done | 'already' | 'used_meanwhile' | 'not_found';
}

const LISTED_KEY: FieldsOf<UserApiKey> = {
  id: true,
  userId: true,
  userEmail: true,
  name: true,
  note: true,
  metadata: true,
  keyPrefix: true,
  scopes: true,
  status: true,
  createdAt: true,
  expiresAt: true,
  disabledAt: true,
  revokedAt: true,
  lastUsedAt: true,
  predecessorId: true,
  successorId: true,
};

export function checkSeenKeys(keys: readonly SeenApiKey[]): SeenApiKey[] {
  if (!Array.isArray(keys) || keys.length > MAX_BULK) {
    throw new ArgumentError('keys', `a list of at most ${MAX_BULK} keys`);
  }
  return Array.from(keys, (key, i) => checkSeenKey(key, `keys[${i}]`));
}

/** `field` is the place in the list that was given. */
function checkSeenKey(given: SeenApiKey, field: string): SeenApiKey {
  return checkItem(given, LISTED_KEY, field, (key) => {
    if (key.lastUsedAt !== null && !isStorableTime(key.lastUsedAt)) {
      throw new ArgumentError('lastUsedAt', 'a time of the years 1 to 9999, or null');
    }
    return { id: checkId(key.id), lastUsedAt: key.lastUsedAt };
  });
}
