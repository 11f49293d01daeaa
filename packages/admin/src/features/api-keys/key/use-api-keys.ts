import type { KeyCounts, ListApiKeysQuery, ListedApiKeys } from '@keystamp/server/contract';
import { keepPreviousData, type QueryClient, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { listApiKeys } from '../../../api/api-keys.ts';
import { ApiRefusal, isSessionRefused } from '../../../api/failure.ts';

const ROOT = 'api-keys';
/** A use shows on the page about as soon as it is stored. */
const REFRESH_MS = 2000;
const SLOWEST_REFRESH_MS = 30_000;
/** The page takes at most this part of a server's time for one list. */
const SHARE_OF_TIME = 1 / 20;
const COUNT_REFRESH_MS = 30_000;

/** One page of keys. It asks again by itself: every 2 s, and less often where an answer takes long. */
export function useApiKeyPage(query: ListApiKeysQuery) {
  const tookMs = useRef(0);
  return useQuery<ListedApiKeys>({
    queryKey: [ROOT, 'page', query],
    queryFn: async ({ signal }) => {
      const startedAt = performance.now();
      const page = await listApiKeys(query, signal);
      tookMs.current = performance.now() - startedAt;
      return page;
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      if (isFinal(state.error)) return false;
      return Math.min(Math.max(REFRESH_MS, tookMs.current / SHARE_OF_TIME), SLOWEST_REFRESH_MS);
    },
  });
}

/** Asked again, the server says the same: until somebody signs in again, or the address changes. */
function isFinal(error: Error | null): boolean {
  return isSessionRefused(error) || (error instanceof ApiRefusal && error.status === 400);
}

/** How many keys a filter finds, over all pages. Apart from the list, which need not wait for it. */
export function useApiKeyCount(filter: ListApiKeysQuery) {
  return useQuery<number | null>({
    queryKey: [ROOT, 'count', filter],
    queryFn: async ({ signal }) =>
      (await listApiKeys({ ...filter, count: true, limit: 1 }, signal)).count,
    refetchInterval: COUNT_REFRESH_MS,
  });
}

/** How many keys the filters of the page would find each; the filters that are on now do not count. */
export function useKeyCounts({ user, q, key_hash }: ListApiKeysQuery) {
  const query: ListApiKeysQuery = {
    ...(user === undefined ? {} : { user }),
    ...(q === undefined ? {} : { q }),
  };
  return useQuery<KeyCounts | null>({
    queryKey: [ROOT, 'counts', query],
    queryFn: async ({ signal }) =>
      (await listApiKeys({ ...query, counts: true, limit: 1 }, signal)).counts ?? null,
    enabled: key_hash === undefined,
    placeholderData: keepPreviousData,
    refetchInterval: COUNT_REFRESH_MS,
  });
}

/** After a change of ours: an answer that was asked for before it must not come in after it. */
export async function refreshApiKeys(client: QueryClient): Promise<void> {
  await client.cancelQueries({ queryKey: [ROOT] });
  await client.invalidateQueries({ queryKey: [ROOT] });
}
