import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useState } from 'react';
import { asTheyCome, type HeldRows, holdPlaces } from './hold-places.ts';

interface Memory {
  readonly viewKey: string;
  readonly fresh: readonly ApiKeyInfo[];
  readonly held: HeldRows;
}

/**
 * Rows of a list that refreshes by itself. While `isHeld` (somebody's hand or focus is in the table) a
 * refresh changes values only; another `viewKey` always brings its own rows.
 */
export function useHeldRows(
  fresh: readonly ApiKeyInfo[],
  viewKey: string,
  isHeld: () => boolean,
): HeldRows & { catchUp(): void } {
  const [memory, setMemory] = useState<Memory>({ viewKey, fresh, held: asTheyCome(fresh) });
  let current = memory;
  if (fresh !== memory.fresh || viewKey !== memory.viewKey) {
    const mayMove = viewKey !== memory.viewKey || !isHeld();
    current = {
      viewKey,
      fresh,
      held: mayMove ? asTheyCome(fresh) : holdPlaces(memory.held.rows, fresh),
    };
    setMemory(current);
  }
  return {
    ...current.held,
    catchUp: () => setMemory({ viewKey, fresh, held: asTheyCome(fresh) }),
  };
}
