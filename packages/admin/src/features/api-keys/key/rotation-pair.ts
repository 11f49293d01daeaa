import type { ApiKeyInfo } from '@keystamp/server/contract';
import { relativeTime } from '@keystamp/server/contract/relative-time';
import { readTime } from '../../../clock/exact-time.ts';
import { expiryWording } from './expiry.ts';

/** Keys by their ids: those on view, and the other keys of their rotations. */
export type KeysById = ReadonlyMap<string, ApiKeyInfo>;

/** The other keys of a key's rotations; undefined: not known, or deleted since. */
export interface RotationPair {
  readonly predecessor: ApiKeyInfo | undefined;
  readonly successor: ApiKeyInfo | undefined;
}

export function isRotated({ predecessor_id, successor_id }: ApiKeyInfo): boolean {
  return predecessor_id !== null || successor_id !== null;
}

export function pairOf(key: ApiKeyInfo, keys: KeysById): RotationPair {
  const other = (id: string | null) => (id === null ? undefined : keys.get(id));
  return { predecessor: other(key.predecessor_id), successor: other(key.successor_id) };
}

/** What people call the other key: its prefix, or while that is not known the begin of its id. */
export function calledKey(id: string, key: ApiKeyInfo | undefined): string {
  return key?.key_prefix ?? `key ${id.slice(0, 8)}`;
}

/** A key that was replaced and still works: somebody has to see to it that it stops. */
export function isWaitingToStop(key: ApiKeyInfo): boolean {
  return key.successor_id !== null && key.status === 'active';
}

/** Whether a key that was replaced is still used, and when it stops; empty: it has stopped. */
export function replacedWording(
  key: ApiKeyInfo,
  successor: ApiKeyInfo | undefined,
  now: Date,
): string[] {
  if (!isWaitingToStop(key)) return [];
  const expiresAt = readTime(key.expires_at);
  return [
    stillUsedWording(key, successor, now),
    ...(expiresAt === null ? ['does not expire'] : [`stops ${expiryWording(expiresAt, now)}`]),
  ];
}

function stillUsedWording(key: ApiKeyInfo, successor: ApiKeyInfo | undefined, now: Date): string {
  const usedAt = readTime(key.last_used_at);
  if (usedAt === null) return 'no use recorded';
  const replacedAt = readTime(successor?.created_at);
  if (replacedAt === null) return `last used ${relativeTime(usedAt, now)}`;
  return usedAt > replacedAt ? `still used ${relativeTime(usedAt, now)}` : 'not used since';
}

/** Of a key that replaces another one, while nothing has changed over to it. */
export function isNotUsedYet(key: ApiKeyInfo): boolean {
  return key.predecessor_id !== null && key.status === 'active' && key.last_used_at === null;
}
