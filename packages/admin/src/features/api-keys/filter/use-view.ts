import type { User } from '@keystamp/server/contract';
import { useCallback, useEffect, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { announce } from '../../../components/announcer.tsx';
import { type PastedKey, pastedKey } from './pasted-key.ts';
import { judgeSearchText } from './search-text.ts';
import { changeView, leftOutOf, readView, searchOfView, type View } from './view.ts';

/** What a history entry holds beside its address. */
interface EntryState {
  /** The cursors of the pages before this one, oldest first; "" is the first page. */
  readonly cursors?: readonly string[];
  /** A key that is looked for by its hash, in place of the view. */
  readonly pasted?: PastedKey;
}

export interface ViewState {
  readonly view: View;
  readonly pasted: PastedKey | null;
  /** The parts of the address that the view leaves out. */
  readonly leftOut: readonly string[];
  /** Looks for a whole key. */
  find(apiKey: string, prefix: string): void;
  /** Changes filters or order: to the first page. `replace` takes no step of the back button. */
  change(change: Partial<View>, options?: { replace: boolean }): void;
  readonly hasPrevious: boolean;
  next(cursor: string): void;
  previous(): void;
  first(): void;
}

/** The view that the address bar holds. A key in it is taken out before anything is asked for. */
export function useView(me: User): ViewState {
  const search = useSearch();
  const [, navigate] = useLocation();
  const entry = useHistoryState<EntryState | null>();
  const trail = entry?.cursors ?? [];
  const { view, judged } = useMemo(() => judgedView(search), [search]);

  const find = useCallback(
    (apiKey: string, prefix: string, replace = false) => {
      const state: EntryState = { pasted: pastedKey(apiKey, prefix) };
      navigate('/', { replace, state });
      announce('A whole key was found in the search. It is looked for by its hash, and not sent.');
    },
    [navigate],
  );
  useEffect(() => {
    if (judged.kind === 'key') find(judged.apiKey, judged.prefix, true);
    if (judged.kind === 'part_of_key') navigate(`/${searchOfView(view)}`, { replace: true });
  }, [judged, view, find, navigate]);

  function go(to: View, cursors: readonly string[], replace = false): void {
    navigate(`/${searchOfView(to)}`, { replace, state: { cursors } satisfies EntryState });
  }

  return {
    view,
    pasted: entry?.pasted ?? null,
    leftOut: useMemo(() => leftOutOf(search, me), [search, me]),
    find,
    change: (change, options) => go(changeView(view, change), [], options?.replace),
    hasPrevious: view.page === 2 || trail.length > 0,
    next: (cursor) => go({ ...view, page: view.page + 1, cursor }, [...trail, view.cursor ?? '']),
    previous: () => {
      const cursor = trail.at(-1) || null;
      go({ ...view, page: cursor === null ? 1 : view.page - 1, cursor }, trail.slice(0, -1));
    },
    first: () => go({ ...view, page: 1, cursor: null }, []),
  };
}

/** The view of an address, without what must not be in one. */
function judgedView(search: string) {
  const read = readView(search);
  const judged = judgeSearchText(read.q);
  return { view: judged.kind === 'text' ? read : { ...read, q: '' }, judged };
}
