import type { ApiKeyInfo } from '@keystamp/server/contract';

/** Prefixes of keys by their ids. */
export type Prefixes = ReadonlyMap<string, string>;

export function prefixesOf(keys: readonly ApiKeyInfo[]): Prefixes {
  return new Map(keys.map(({ id, key_prefix }) => [id, key_prefix]));
}

/** The other key of a rotation, by its prefix where the list has it, and else by its id. Null: the key is of none. */
export function rotationPair(
  { predecessor_id, successor_id }: ApiKeyInfo,
  prefixes: Prefixes,
): string | null {
  const called = (id: string) => `${prefixes.get(id) ?? `key ${id.slice(0, 8)}`}…`;
  const parts = [
    ...(predecessor_id === null ? [] : [`Replaces ${called(predecessor_id)}`]),
    ...(successor_id === null ? [] : [`Replaced by ${called(successor_id)}`]),
  ];
  return parts.length === 0 ? null : parts.join(' · ');
}
