import type { Keystamp, UserApiKey } from 'keystamp';
import { printableText } from 'keystamp/rules';
import { consequenceOf, type KeyEnding } from '../contract/consequence.js';
import {
  isInFuture,
  isOlderThanTracking,
  lastUsedWording,
  type UseRecord,
} from '../contract/relative-time.js';
import { isoDay } from './iso-day.js';

/** A key as a line names it. An imported one may have no prefix. */
export function keyName({ keyPrefix, id, name }: UserApiKey): string {
  return printableText(`${keyPrefix || id} "${name}"`);
}

/** When a key was last used, or since when no use of it is recorded: a key older than the tracking may have been used (G10). */
export function lastUseOf(key: UserApiKey, record: UseRecord, now: Date): string {
  if (key.lastUsedAt !== null && isInFuture(key.lastUsedAt, now)) {
    return `last use recorded in the future, on ${isoDay(key.lastUsedAt)}, by a wrong clock`;
  }
  if (key.lastUsedAt !== null) {
    return `last used ${lastUsedWording({ ...key, ...record }, now, 'en', isoDay)}`;
  }
  return isOlderThanTracking({ ...key, ...record })
    ? lastUsedWording({ ...key, ...record }, now, 'en', isoDay)
    : 'no use recorded';
}

/** What follows where the key is stopped, in the words of the page. */
export function consequenceLine(
  ending: KeyEnding,
  key: UserApiKey,
  record: UseRecord,
  now: Date,
): string {
  const sentence = consequenceOf(
    ending,
    { ...key, ...record },
    { now, locale: 'en', dateOf: isoDay },
  );
  return `${keyName(key)}: ${sentence}`;
}

/** The list tells it, also one without keys. */
export async function useRecordOf(keystamp: Keystamp): Promise<UseRecord> {
  const { trackingSince, restoredAt } = await keystamp.listApiKeys({
    sort: 'created_at',
    limit: 1,
  });
  return { trackingSince, restoredAt };
}
