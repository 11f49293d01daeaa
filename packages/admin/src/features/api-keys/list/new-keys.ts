import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import { getApiKey } from '../../../api/api-keys.ts';
import { isNarrowed, type View } from '../filter/view.ts';

const MOST = 10;
/** Made on this visit: the page forgets them when it is loaded again. The newest first. */
let made: readonly ApiKeyInfo[] = [];
const listeners = new Set<() => void>();

/** In the order of the list a key without a use comes last: it stays on top until the next visit. */
export function keepOnTop(key: ApiKeyInfo): void {
  made = [key, ...made].slice(0, MOST);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export interface WithNewKeys {
  readonly rows: readonly ApiKeyInfo[];
  readonly newIds: ReadonlySet<string>;
}

const none: readonly ApiKeyInfo[] = [];

/** The rows of a page, on the first one below the keys that were made on this visit. */
export function useNewKeys(page: readonly ApiKeyInfo[], view: View, isList: boolean): WithNewKeys {
  const all = useSyncExternalStore(subscribe, () => made);
  const isWanted = isList && view.page === 1 && view.q === '' && !isNarrowed(view);
  const wanted = isWanted ? all.filter(({ user_id }) => isOf(view, user_id)) : none;
  const elsewhere = wanted.filter(({ id }) => page.every((key) => key.id !== id));
  const ids = elsewhere.map(({ id }) => id).join();
  const latest = useQuery({
    queryKey: ['api-keys', 'new', ids],
    // One that is deleted is in the list no more.
    queryFn: ({ signal }) =>
      Promise.all(elsewhere.map(({ id }) => getApiKey(id, signal).catch(() => null))),
    enabled: elsewhere.length > 0,
    placeholderData: elsewhere,
    refetchInterval: 2000,
  });
  const found = elsewhere.length === 0 ? undefined : latest.data;
  const order = wanted.map(({ id }) => id).join();
  return useMemo(() => {
    const known = new Map([...(found ?? []), ...page].map((key) => [key?.id, key]));
    const top = order.split(',').flatMap((id) => known.get(id) ?? []);
    const newIds = new Set(top.map(({ id }) => id));
    const rows = top.length === 0 ? page : [...top, ...page.filter(({ id }) => !newIds.has(id))];
    return { rows, newIds };
  }, [page, found, order]);
}

function isOf({ user }: View, userId: string): boolean {
  return user === 'all' || user === userId;
}
