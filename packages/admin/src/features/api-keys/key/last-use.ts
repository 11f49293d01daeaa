import type { ApiKeyInfo, ListedApiKeys } from '@keystamp/server/contract';
import { isBeforeRestore, isOlderThanTracking } from '@keystamp/server/contract/relative-time';
import { readTime } from '../../../clock/exact-time.ts';

/** How far back the record of uses goes, as a list tells it. */
export type UseRecord = Pick<ListedApiKeys, 'tracking_since' | 'restored_at'>;

/** Before the first list. */
export const NOTHING_KNOWN: UseRecord = { tracking_since: '', restored_at: null };

/** What is known of a key's last use. */
export type LastUse =
  /** `restoredAt`: a backup was restored after this use, and later ones may be missing; null: it is the last one. */
  | { readonly kind: 'used'; readonly at: Date; readonly restoredAt: Date | null }
  /** No use, and every use since the key was made would be known. */
  | { readonly kind: 'never' }
  /** No use since then; the key is older than the recording, so nothing is known of before. */
  | { readonly kind: 'none_since'; readonly since: Date }
  /** The server sent what this page cannot read. */
  | { readonly kind: 'unreadable' };

/** The last use of a key by what the server sent of it; never throws, whatever that is. */
export function lastUseOf(
  key: Pick<ApiKeyInfo, 'last_used_at' | 'created_at'>,
  record: UseRecord,
): LastUse {
  if (key.last_used_at !== null) {
    const at = readTime(key.last_used_at);
    if (at === null) return { kind: 'unreadable' };
    const restoredAt = readTime(record.restored_at);
    return { kind: 'used', at, restoredAt: isBeforeRestore(at, restoredAt) ? restoredAt : null };
  }
  const createdAt = readTime(key.created_at);
  const trackingSince = readTime(record.tracking_since);
  if (createdAt === null || trackingSince === null) return { kind: 'unreadable' };
  return isOlderThanTracking({ createdAt, trackingSince })
    ? { kind: 'none_since', since: trackingSince }
    : { kind: 'never' };
}
