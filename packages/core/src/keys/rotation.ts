import { KeystampError } from '../errors.js';
import type { UserApiKey } from '../model/user-api-key.js';

/** Looks for the successor, as far as the caller may see it. Null: there is none, or it is another user's. */
export type FindSuccessor = (id: string) => Promise<UserApiKey | null>;

/**
 * Throws where a key gets no successor; of the present one it says no more than `owner` may see (null: all). A second one would take over the end of the first one's grace for its
 * expiry, without a word about how short-lived it is.
 */
export async function requireRotatable(
  key: UserApiKey,
  owner: string | null,
  find: FindSuccessor,
): Promise<void> {
  if (key.revokedAt !== null) throw keyRevoked();
  if (key.status === 'expired') {
    const message = 'The key has expired; give it a new expiry first, or make a new key.';
    throw new KeystampError('key_expired', message);
  }
  if (key.disabledAt !== null) {
    throw new KeystampError(
      'key_disabled',
      'The key is disabled; enable it first, or make a new key.',
    );
  }
  if (key.successorId !== null) {
    throw keyRotated(key.successorId, await find(key.successorId), owner);
  }
}

export function keyRevoked(): KeystampError {
  return new KeystampError('key_revoked', 'The key is revoked; it stays as it is.');
}

export function scopeWidened(): KeystampError {
  return new KeystampError(
    'scope_widened',
    'A scoped key is never made unscoped; make a new key instead.',
  );
}

/** Says what to do instead: rotate the successor, where that can be. */
function keyRotated(id: string, successor: UserApiKey | null, owner: string | null): KeystampError {
  const has = 'The key has been rotated already';
  if (successor === null) {
    const isGone = owner === null ? 'deleted' : "deleted or another user's";
    const message = `${has}, and its successor (id ${id}) is ${isGone}: make a new key.`;
    return new KeystampError('key_rotated', message);
  }
  const { keyPrefix, status } = successor;
  const isOver = status === 'revoked' || status === 'expired';
  const message = isOver
    ? `${has}, and its successor ${keyPrefix} (id ${id}) is ${status}: make a new key.`
    : `${has}: rotate its successor ${keyPrefix} (id ${id}) instead.`;
  return new KeystampError('key_rotated', message);
}
