import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useCallback, useState } from 'react';
import { asSelected, type Selection } from './collect-matching.ts';

const nothing: Selection = new Map();

/** The selected keys. It outlives pages, and ends when the filter changes: what is selected stays in view. */
export function useSelection(filterKey: string) {
  const [state, setState] = useState({ filterKey, selection: nothing });
  const selection = state.filterKey === filterKey ? state.selection : nothing;

  const set = useCallback(
    (next: Selection) => setState({ filterKey, selection: next }),
    [filterKey],
  );
  const mark = useCallback(
    (keys: readonly ApiKeyInfo[], selected: boolean) =>
      setState((before) => {
        const next = new Map(before.filterKey === filterKey ? before.selection : nothing);
        for (const key of keys) {
          if (selected) next.set(key.id, asSelected(key));
          else next.delete(key.id);
        }
        return { filterKey, selection: next };
      }),
    [filterKey],
  );
  return { selection, set, mark };
}
