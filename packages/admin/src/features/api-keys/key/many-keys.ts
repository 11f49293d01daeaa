import type { ApiKeyInfo } from '@keystamp/server/contract';
import type { UseAge } from '@keystamp/server/contract/consequence';
import { ageOfUse } from './consequence.ts';
import type { UseRecord } from './last-use.ts';

/** Null where no use of any of them is recorded. */
export function mostRecentlyUsed<Key extends Pick<ApiKeyInfo, 'last_used_at'>>(
  keys: readonly Key[],
): Key | null {
  let newest: { readonly key: Key; readonly at: number } | null = null;
  for (const key of keys) {
    const at = key.last_used_at === null ? Number.NaN : Date.parse(key.last_used_at);
    if (at > (newest?.at ?? Number.NEGATIVE_INFINITY)) newest = { key, at };
  }
  return newest?.key ?? null;
}

/** Keys by what their end would mean: those that are refused already, and the others by the age of their last use. */
export type KeyCounts = Readonly<Record<UseAge | 'refused', number>>;

export function countByUse(
  keys: readonly Pick<ApiKeyInfo, 'last_used_at' | 'status'>[],
  record: UseRecord,
  now: Date,
): KeyCounts {
  const counts = { today: 0, month: 0, year: 0, older: 0, none: 0, unknown: 0, refused: 0 };
  for (const key of keys) {
    counts[key.status === 'active' ? ageOfUse(key, record, now) : 'refused'] += 1;
  }
  return counts;
}

export function countedKeys(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'key' : 'keys'}`;
}
