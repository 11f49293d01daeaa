import type { UserApiKey } from 'keystamp';
import type { UseRecord } from '../contract/relative-time.js';
import { isoDay } from './iso-day.js';
import { keyName, lastUseOf } from './key-wording.js';

/** The keys beside one in a chain of rotations. Null: there is none, or it is deleted. */
export interface Rotation {
  readonly predecessor: UserApiKey | null;
  readonly successor: UserApiKey | null;
}

/** The key beside those that it replaced or was replaced by, and whether everybody has changed over. Empty: it was never rotated. */
export function rotationText(
  key: UserApiKey,
  { predecessor, successor }: Rotation,
  record: UseRecord,
  now: Date,
): string {
  if (key.predecessorId === null && key.successorId === null) return '';
  const use = (one: UserApiKey) => `${keyName(one)}: ${one.status}, ${lastUseOf(one, record, now)}`;
  const gone = (id: string) => `${id}: deleted`;
  const lines = [`this key     ${use(key)}`];
  if (key.predecessorId !== null) {
    lines.unshift(
      `predecessor  ${predecessor === null ? gone(key.predecessorId) : use(predecessor)}`,
    );
  }
  if (key.successorId !== null) {
    lines.push(`successor    ${successor === null ? gone(key.successorId) : use(successor)}`);
  }
  if (predecessor !== null) lines.push(changeOver(predecessor, key, record));
  if (successor !== null) lines.push(changeOver(key, successor, record));
  return `Rotation\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** Whether something used the old key after there was a new one. A use may be missing from before the tracking or a restore. */
function changeOver(old: UserApiKey, next: UserApiKey, { trackingSince }: UseRecord): string {
  const [from, to] = [old, next].map(({ keyPrefix, id }) => keyPrefix || id);
  if (old.lastUsedAt !== null && old.lastUsedAt > next.createdAt) {
    return `${from} was used after ${to} was made: something may not have changed over yet.`;
  }
  if (trackingSince > next.createdAt) {
    return `No use of ${from} is recorded since ${isoDay(trackingSince)}; before that, uses may be missing.`;
  }
  if (next.lastUsedAt === null) {
    return `Neither was used since ${to} was made: this does not say whether everybody has changed over.`;
  }
  return `${from} was not used after ${to} was made: as far as uses show, everybody has changed over.`;
}
