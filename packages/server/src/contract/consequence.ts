import type { ApiKeyStatus } from './api-key-info.js';
import { agoAndDay, day, dayAndAgo, lengthSince, type TimeReader } from './long-ago.js';
import { isBeforeRestore, isInFuture, isOlderThanTracking, type LastUse } from './relative-time.js';
import { isWithinMonth, useAgeOf } from './use-age.js';

export * from './use-age.js';

/** What is asked about before it happens to a key. */
export type KeyEnding = 'disable' | 'revoke' | 'delete' | 'rotate';

/** What of a key decides what its end means. */
export interface KeyInQuestion extends LastUse {
  readonly status: ApiKeyStatus;
  readonly expiresAt: Date | null;
  readonly disabledAt: Date | null;
  readonly revokedAt: Date | null;
}

/**
 * What follows for the programs that use the key, in whole sentences for the question before it is stopped. A key that is refused
 * already stops nothing, so its status comes first; of an active key the age of its last use decides. A date never stands
 * without how long ago it was.
 *
 * @example "Used 2 minutes ago: what uses it will stop working."
 */
export function consequenceOf(ending: KeyEnding, key: KeyInQuestion, reader: TimeReader): string {
  if (key.status === 'active') return activeConsequence(ending, key, reader);
  return `${stoppedConsequence(ending, key, reader)} ${pastUse(key, reader)}`;
}

const UNREADABLE = 'The time of its last use cannot be shown.';

const IN_USE: Readonly<Record<KeyEnding, string>> = {
  disable: 'what uses it is refused until the key is enabled again.',
  revoke: 'what uses it will stop working.',
  delete: 'what uses it will stop working.',
  rotate: 'what uses it has to change over to the new key.',
};

function activeConsequence(ending: KeyEnding, key: KeyInQuestion, reader: TimeReader): string {
  const { lastUsedAt } = key;
  const { now } = reader;
  if (lastUsedAt === null) return unusedWording(key, reader);
  if (isInFuture(lastUsedAt, now) || isBeforeRestore(lastUsedAt, key.restoredAt)) {
    return pastUse(key, reader);
  }
  const when = agoAndDay(lastUsedAt, reader);
  switch (useAgeOf(key, now)) {
    case 'today':
      return `Used ${when}: ${IN_USE[ending]}`;
    case 'month':
      return `Used ${when}: ${jobOf(lastUsedAt, now)} may still use it.`;
    case 'year':
    case 'older':
      return `Not used for ${lengthSince(lastUsedAt, reader)} (last used on ${day(lastUsedAt, reader)}).`;
    default:
      return pastUse(key, reader);
  }
}

const WEEK_MS = 8 * 24 * 60 * 60 * 1000;

/** Which job comes back so late. A weekly one that is a day late is still a weekly one. */
function jobOf(lastUsedAt: Date, now: Date): string {
  const isWeekly = now.getTime() - lastUsedAt.getTime() < WEEK_MS;
  return isWeekly ? 'a job that runs once a week or once a month' : 'a job that runs once a month';
}

/** Of a key that is refused: that nothing more stops, and what changes all the same. */
function stoppedConsequence(ending: KeyEnding, key: KeyInQuestion, reader: TimeReader): string {
  const since = (at: Date | null) => (at === null ? '' : ` ${agoAndDay(at, reader)}`);
  const end = ending === 'delete' ? 'deleting removes the record only.' : null;
  switch (key.status) {
    case 'revoked':
      return `Revoked${since(key.revokedAt)}: ${end ?? 'it is stopped for good.'}`;
    case 'expired':
      return `Expired${since(key.expiresAt)}: ${end ?? 'it is refused already.'}`;
    case 'disabled':
      return `Disabled${since(key.disabledAt)}: it is refused already.${NO_WAY_BACK[ending]}`;
    default:
      return `Its owner is inactive: it is refused already.${OWNER_BACK[ending]}`;
  }
}

const NO_WAY_BACK: Readonly<Record<KeyEnding, string>> = {
  disable: '',
  revoke: ' Once revoked, it cannot be enabled again.',
  delete: ' Once deleted, it cannot be enabled again.',
  rotate: '',
};

const OWNER_BACK: Readonly<Record<KeyEnding, string>> = {
  disable: ' Once disabled, it stays refused when the owner is active again.',
  revoke: ' Once revoked, it stays refused when the owner is active again.',
  delete: ' Once deleted, it is gone when the owner is active again.',
  rotate: '',
};

/** The last use as a fact, without what follows from it. */
function pastUse(key: KeyInQuestion, reader: TimeReader): string {
  const { lastUsedAt, restoredAt } = key;
  if (lastUsedAt === null) return unusedWording(key, reader);
  if (Number.isNaN(lastUsedAt.getTime())) return UNREADABLE;
  if (isInFuture(lastUsedAt, reader.now)) {
    return `A wrong clock recorded its last use in the future, on ${day(lastUsedAt, reader)}. It may be in use.`;
  }
  const when = agoAndDay(lastUsedAt, reader);
  return restoredAt !== null && isBeforeRestore(lastUsedAt, restoredAt)
    ? `Last used ${when} or later: a backup was restored ${agoAndDay(restoredAt, reader)}, and uses before that may be missing.`
    : `Last used ${when}.`;
}

/** No use is recorded: since the key was made, or since uses are recorded at all (G10). */
function unusedWording(key: KeyInQuestion, reader: TimeReader): string {
  const { createdAt, trackingSince } = key;
  if (Number.isNaN(createdAt.getTime()) || Number.isNaN(trackingSince.getTime())) return UNREADABLE;
  if (!isOlderThanTracking(key)) {
    const waits = isWithinMonth(createdAt, reader.now) ? ' It may wait for its first use.' : '';
    return `No use recorded since it was created ${agoAndDay(createdAt, reader)}.${waits}`;
  }
  const late = isWithinMonth(trackingSince, reader.now)
    ? ' A job that runs once a month may not have run since.'
    : '';
  return `No use recorded since ${dayAndAgo(trackingSince, reader)}. Uses before that day may be missing.${late}`;
}
