import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { getApiKey } from '../../../api/api-keys.ts';
import { ApiRefusal } from '../../../api/failure.ts';
import { readTime } from '../../../clock/exact-time.ts';

const REFRESH_MS = 1500;

/** Waits for the first use of a new key. Null: it is not used yet. It stops asking once it is, and where the key is gone. */
export function useFirstUse(key: ApiKeyInfo): Date | null {
  const latest = useQuery({
    queryKey: ['api-keys', 'one', key.id],
    queryFn: ({ signal }) => getApiKey(key.id, signal),
    placeholderData: key,
    refetchInterval: ({ state: { data, error } }) =>
      (data?.last_used_at ?? null) !== null || isGone(error) ? false : REFRESH_MS,
  });
  return readTime(latest.data?.last_used_at);
}

function isGone(error: Error | null): boolean {
  return error instanceof ApiRefusal && error.status === 404;
}
