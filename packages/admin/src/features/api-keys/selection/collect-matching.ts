import type { ApiKeyInfo, ListApiKeysQuery } from '@keystamp/server/contract';
import { listApiKeys } from '../../../api/api-keys.ts';

/** Of a selected key, what it takes to speak of it and to revoke it. */
export type SelectedKey = Omit<
  ApiKeyInfo,
  'note' | 'metadata' | 'scopes' | 'is_active' | 'predecessor_id' | 'successor_id'
>;

export type Selection = ReadonlyMap<string, SelectedKey>;

export function asSelected(key: ApiKeyInfo): SelectedKey {
  const { note, metadata, scopes, is_active, predecessor_id, successor_id, ...selected } = key;
  return selected;
}

/**
 * All keys that a filter finds, page by page in the order of their making, which no use changes.
 * Rejects when `signal` aborts.
 */
export async function collectMatching(
  filter: ListApiKeysQuery,
  onProgress: (found: number) => void,
  signal: AbortSignal,
): Promise<Selection> {
  const found = new Map<string, SelectedKey>();
  let cursor: string | null = null;
  do {
    const page = await listApiKeys(
      { ...filter, sort: 'created_at', limit: 1000, ...(cursor === null ? {} : { cursor }) },
      signal,
    );
    for (const key of page.api_keys) found.set(key.id, asSelected(key));
    onProgress(found.size);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

/** The selected keys with the last uses that are on view now: those are what a person decides by. */
export function asLastSeen(selection: Selection, rows: readonly ApiKeyInfo[]): SelectedKey[] {
  const seen = new Map(rows.map((key) => [key.id, key]));
  return [...selection.values()].map((key) => {
    const row = seen.get(key.id);
    return row === undefined ? key : asSelected(row);
  });
}
