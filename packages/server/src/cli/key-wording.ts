import type { UserApiKey } from 'keystamp';
import { relativeTime } from '../contract/relative-time.js';
import { isoDay } from './iso-day.js';
import { printableText } from './printable-text.js';

/** A key as a line names it. An imported one may have no prefix. */
export function keyName({ keyPrefix, id, name }: UserApiKey): string {
  return printableText(`${keyPrefix || id} "${name}"`);
}

export function lastUseOf({ lastUsedAt }: UserApiKey, now: Date): string {
  return lastUsedAt === null
    ? 'no use recorded'
    : `last used ${relativeTime(lastUsedAt, now, 'en', isoDay)}`;
}
