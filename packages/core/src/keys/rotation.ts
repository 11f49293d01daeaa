import type { Executor } from '../database/database.js';
import { KeystampError } from '../errors.js';
import type { UserApiKey } from '../model/user-api-key.js';
import { getKey } from '../sql/get-key.js';

/**
 * Throws where a key gets no successor; of the present one it says no more than `owner` may see (null: all). A second one would take over the end of the first one's grace for its
 * expiry, without a word about how short-lived it is.
 */
export async function requireRotatable(
  executor: Executor,
  key: UserApiKey,
  owner: string | null,
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
  if (key.successorId !== null) throw await keyRotated(executor, key.successorId, owner);
}

export function keyRevoked(): KeystampError {
  return new KeystampError('key_revoked', 'The key is revoked; it stays as it is.');
}

/** Says what to do instead: rotate the successor, where that can be. */
async function keyRotated(
  executor: Executor,
  id: string,
  owner: string | null,
): Promise<KeystampError> {
  const successor = await getKey(executor, id, owner);
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
