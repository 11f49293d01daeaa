import type { ApiKeyInfo } from '@keystamp/server/contract';
import {
  consequenceOf,
  type KeyEnding,
  type KeyInQuestion,
  type UseAge,
  useAgeOf,
} from '@keystamp/server/contract/consequence';
import { readTime } from '../../../clock/exact-time.ts';
import type { UseRecord } from './last-use.ts';

/** What of a key of the list decides what its end means. */
export type AskedKey = Pick<
  ApiKeyInfo,
  'status' | 'created_at' | 'last_used_at' | 'expires_at' | 'disabled_at' | 'revoked_at'
>;

/** What follows where a key is stopped, in sentences; see `consequenceOf` of the contract. */
export function consequenceFor(
  ending: KeyEnding,
  key: AskedKey,
  record: UseRecord,
  now: Date,
): string {
  return consequenceOf(ending, inQuestion(key, record), { now });
}

/** How long ago a key was used, as far as a decision about it goes. */
export function ageOfUse(
  key: Pick<AskedKey, 'last_used_at'>,
  record: UseRecord,
  now: Date,
): UseAge {
  const lastUsedAt = timeOf(key.last_used_at);
  return useAgeOf({ lastUsedAt, restoredAt: timeOf(record.restored_at) }, now);
}

/** Used within a day, and not refused already: whatever uses it is most likely still there. */
export function isInUse(
  key: Pick<AskedKey, 'last_used_at' | 'status'>,
  record: UseRecord,
  now: Date,
): boolean {
  return key.status === 'active' && ageOfUse(key, record, now) === 'today';
}

function inQuestion(key: AskedKey, record: UseRecord): KeyInQuestion {
  return {
    status: key.status,
    lastUsedAt: timeOf(key.last_used_at),
    createdAt: new Date(key.created_at),
    expiresAt: timeOf(key.expires_at),
    disabledAt: timeOf(key.disabled_at),
    revokedAt: timeOf(key.revoked_at),
    trackingSince: new Date(record.tracking_since),
    restoredAt: timeOf(record.restored_at),
  };
}

/** What cannot be read becomes a date that is none, and the sentence says so. */
function timeOf(text: string | null): Date | null {
  return text === null ? null : (readTime(text) ?? new Date(Number.NaN));
}
