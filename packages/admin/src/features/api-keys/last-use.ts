import type { ApiKeyInfo } from '@keystamp/server/contract';
import {
  isInFuture,
  isOlderThanTracking,
  plainDate,
  relativeTime,
} from '@keystamp/server/contract/relative-time';
import { readTime } from '../../clock/exact-time.ts';

/** What is known of a key's last use. */
export type LastUse =
  | { readonly kind: 'used'; readonly at: Date }
  /** No use, and every use since the key was made would be known. */
  | { readonly kind: 'never' }
  /** No use since then; the key is older than the recording, so nothing is known of before. */
  | { readonly kind: 'none_since'; readonly since: Date }
  /** The server sent what this page cannot read. */
  | { readonly kind: 'unreadable' };

/** The last use of a key by what the server sent of it; never throws, whatever that is. */
export function lastUseOf(
  key: Pick<ApiKeyInfo, 'last_used_at' | 'created_at'>,
  trackingSinceText: string,
): LastUse {
  if (key.last_used_at !== null) {
    const at = readTime(key.last_used_at);
    return at === null ? { kind: 'unreadable' } : { kind: 'used', at };
  }
  const createdAt = readTime(key.created_at);
  const trackingSince = readTime(trackingSinceText);
  if (createdAt === null || trackingSince === null) return { kind: 'unreadable' };
  return isOlderThanTracking({ createdAt, trackingSince })
    ? { kind: 'none_since', since: trackingSince }
    : { kind: 'never' };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Used within a day: whatever uses it is most likely still there. A time in the future says nothing else, so it counts. */
export function isUsedRecently(use: LastUse, now: Date): boolean {
  return use.kind === 'used' && now.getTime() - use.at.getTime() < DAY_MS;
}

/** The last use in a sentence, for the question before a key is revoked or deleted. */
export function lastUseSentence(use: LastUse, now: Date): string {
  switch (use.kind) {
    case 'used':
      if (isInFuture(use.at, now)) {
        return `Its last use is recorded in the future, on ${plainDate(use.at)}, by a wrong clock. It may be in use.`;
      }
      return isUsedRecently(use, now)
        ? `Used ${inSentence(use.at, now)}: what uses it will stop working.`
        : `Last used ${inSentence(use.at, now)}.`;
    case 'never':
      return 'It has never been used.';
    case 'none_since':
      return `No use recorded since ${plainDate(use.since)}. Uses before that day were not recorded.`;
    case 'unreadable':
      return 'When it was last used cannot be told.';
  }
}

/** "2 hours ago"; a plain date gets its "on". */
function inSentence(at: Date, now: Date): string {
  const words = relativeTime(at, now);
  return words === plainDate(at) ? `on ${words}` : words;
}
