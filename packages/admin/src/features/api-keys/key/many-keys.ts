import type { ApiKeyInfo } from '@keystamp/server/contract';
import { type LastUse, lastUseOf, type UseRecord } from './last-use.ts';

export interface Newest<Key> {
  readonly key: Key;
  readonly use: Extract<LastUse, { kind: 'used' }>;
}

/** Null where no use of any of them is recorded. */
export function mostRecentlyUsed<Key extends Pick<ApiKeyInfo, 'last_used_at' | 'created_at'>>(
  keys: readonly Key[],
  useRecord: UseRecord,
): Newest<Key> | null {
  let newest: Newest<Key> | null = null;
  for (const key of keys) {
    const use = lastUseOf(key, useRecord);
    if (use.kind === 'used' && (newest === null || use.at > newest.use.at)) newest = { key, use };
  }
  return newest;
}

export function countedKeys(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'key' : 'keys'}`;
}
