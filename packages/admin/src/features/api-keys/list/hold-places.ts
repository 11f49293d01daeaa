import type { ApiKeyInfo } from '@keystamp/server/contract';

export interface HeldRows {
  readonly rows: readonly ApiKeyInfo[];
  /** Keys among `rows` that the newest answer does not hold any more. */
  readonly gone: ReadonlySet<string>;
  /** Whether the newest answer has other keys, or another order. */
  readonly behind: boolean;
}

/** The rows where the reader saw them last, with the newest values: what a hand aims at does not move. */
export function holdPlaces(shown: readonly ApiKeyInfo[], fresh: readonly ApiKeyInfo[]): HeldRows {
  const newest = new Map(fresh.map((key) => [key.id, key]));
  const rows = shown.map((key) => newest.get(key.id) ?? key);
  const gone = new Set(shown.filter((key) => !newest.has(key.id)).map((key) => key.id));
  const behind =
    shown.length !== fresh.length || fresh.some((key, index) => key.id !== shown[index]?.id);
  return { rows, gone, behind };
}

export function asTheyCome(fresh: readonly ApiKeyInfo[]): HeldRows {
  return { rows: fresh, gone: new Set(), behind: false };
}
