import { useEffect, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { judgeSearchText } from './search-text.ts';
import { changeView, readView, searchOfView, type View } from './view.ts';

/** The cursors of the pages before this one, oldest first; "" is the first page. */
interface Trail {
  readonly cursors: readonly string[];
}

export interface ViewState {
  readonly view: View;
  /** Changes filters or order: to the first page. `replace` takes no step of the back button. */
  change(change: Partial<View>, options?: { replace: boolean }): void;
  readonly hasPrevious: boolean;
  next(cursor: string): void;
  previous(): void;
  first(): void;
}

/** The view that the address bar holds. A key in it is taken out before anything is asked for. */
export function useView(onKey: (apiKey: string, prefix: string) => void): ViewState {
  const search = useSearch();
  const [, navigate] = useLocation();
  const trail = useHistoryState<Trail | null>()?.cursors ?? [];
  const { view, judged } = useMemo(() => {
    const read = readView(search);
    const judged = judgeSearchText(read.q);
    return { view: judged.kind === 'text' ? read : { ...read, q: '' }, judged };
  }, [search]);

  useEffect(() => {
    if (judged.kind === 'text') return;
    navigate(`/${searchOfView(view)}`, { replace: true });
    if (judged.kind === 'key') onKey(judged.apiKey, judged.prefix);
  }, [judged]);

  function go(to: View, cursors: readonly string[], replace = false): void {
    navigate(`/${searchOfView(to)}`, { replace, state: { cursors } satisfies Trail });
  }

  return {
    view,
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
