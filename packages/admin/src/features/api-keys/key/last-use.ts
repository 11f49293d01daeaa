import type { ApiKeyInfo, ListedApiKeys } from '@keystamp/server/contract';
import {
  isBeforeRestore,
  isInFuture,
  isOlderThanTracking,
  plainDate,
  relativeTime,
} from '@keystamp/server/contract/relative-time';
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

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Used within a day: whatever uses it is most likely still there. A time in the future says nothing else, so it counts; so
 * does a restore within a day, until which the key may have been used.
 */
export function isUsedRecently(use: LastUse, now: Date): boolean {
  return isUsedWithin(1, use, now);
}

/** Used, or perhaps used before a backup was restored, within so many days. */
export function isUsedWithin(days: number, use: LastUse, now: Date): boolean {
  if (use.kind !== 'used') return false;
  return now.getTime() - (use.restoredAt ?? use.at).getTime() < days * DAY_MS;
}

/** The last use in a sentence, for the question before a key is revoked or deleted. `works` false: what used it has stopped already. */
export function lastUseSentence(use: LastUse, now: Date, works = true): string {
  switch (use.kind) {
    case 'used':
      if (isInFuture(use.at, now)) {
        return `Its last use is recorded in the future, on ${plainDate(use.at)}, by a wrong clock. It may be in use.`;
      }
      if (use.restoredAt !== null) {
        return `Last used ${inSentence(use.at, now)} or later: a backup was restored on ${plainDate(use.restoredAt)}, and uses before that may be missing.`;
      }
      return works && isUsedRecently(use, now)
        ? `Used ${inSentence(use.at, now)}: what uses it will stop working.`
        : `Last used ${inSentence(use.at, now)}.`;
    case 'never':
      return 'It has never been used.';
    case 'none_since':
      return `No use recorded since ${plainDate(use.since)}. Uses before that day may be missing.`;
    case 'unreadable':
      return 'The time of its last use cannot be shown.';
  }
}

/** "2 hours ago"; a plain date gets its "on". */
function inSentence(at: Date, now: Date): string {
  const words = relativeTime(at, now);
  return words === plainDate(at) ? `on ${words}` : words;
}
