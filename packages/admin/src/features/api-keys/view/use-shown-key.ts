import { useCallback, useEffect, useRef } from 'react';
import { useLocation, useRoute } from 'wouter';
import { keyPath } from '../key/key-link.tsx';

/** What the entry of a view holds in the history of the tab, beside what the entry of its list holds. */
interface EntryState {
  /** How many steps back the list is; none where the view was opened by its address. */
  readonly stepsToList?: number;
}

export interface ShownKey {
  /** The key on view; null: the list alone. */
  readonly id: string | null;
  open(id: string): void;
  close(): void;
}

/** The key that the address names. The list below it stays as it is: its filters are in the query of the same address. */
export function useShownKey(): ShownKey {
  const [, params] = useRoute('/keys/:id');
  const [, navigate] = useLocation();
  const id = params?.id ?? null;
  const isClosing = useRef(false);
  useEffect(() => {
    if (id !== null) isClosing.current = false;
  }, [id]);

  const open = useCallback(
    (next: string) => {
      const state: EntryState = { ...entry(), stepsToList: steps() + 1 };
      navigate(`${keyPath(next)}${window.location.search}`, { state });
    },
    [navigate],
  );
  const close = useCallback(() => {
    // A second press before the first step is made would leave the page.
    if (isClosing.current) return;
    isClosing.current = true;
    if (steps() > 0) window.history.go(-steps());
    else navigate(`/${window.location.search}`, { replace: true, state: entry() });
  }, [navigate]);

  return { id, open, close };
}

function entry(): EntryState {
  return (window.history.state as EntryState | null) ?? {};
}

function steps(): number {
  return entry().stepsToList ?? 0;
}
