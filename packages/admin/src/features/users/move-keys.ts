import type { ApiKeyInfo } from '@keystamp/server/contract';
import { updateApiKey } from '../../api/api-keys.ts';
import { type ApiFailure, asFailure, isOutage, isSessionRefused } from '../../api/failure.ts';
import { ageOfUse } from '../api-keys/key/consequence.ts';
import type { UseRecord } from '../api-keys/key/last-use.ts';

/** Which of the keys of a user get a new one before the user is deactivated. */
export type WhichKeys = 'none' | 'in_use' | 'all';

export function keysToMove(
  keys: readonly ApiKeyInfo[],
  which: WhichKeys,
  record: UseRecord,
  now: Date,
): readonly ApiKeyInfo[] {
  if (which === 'none') return [];
  if (which === 'all') return keys;
  return keys.filter((key) => ['today', 'month'].includes(ageOfUse(key, record, now)));
}

/** A key that stayed where it is, and why. */
export interface NotMoved {
  readonly key: ApiKeyInfo;
  readonly failure: ApiFailure;
}

/** Moves keys to another user, one after the other. It ends early where the server does not answer. */
export async function moveKeys(
  keys: readonly ApiKeyInfo[],
  userId: string,
  onProgress: (moved: number) => void,
): Promise<NotMoved[]> {
  const notMoved: NotMoved[] = [];
  let moved = 0;
  for (const key of keys) {
    try {
      await updateApiKey(key.id, { user_id: userId });
      moved += 1;
      onProgress(moved);
    } catch (error) {
      const failure = asFailure(error);
      notMoved.push({ key, failure });
      if (isOutage(failure) || isSessionRefused(failure)) break;
    }
  }
  return notMoved;
}
