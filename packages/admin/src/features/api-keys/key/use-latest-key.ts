import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { getApiKey } from '../../../api/api-keys.ts';

/** A key as it is now, also while a question about it stands; as given until an answer comes. */
export function useLatestKey(apiKey: ApiKeyInfo): ApiKeyInfo {
  const latest = useQuery({
    queryKey: ['api-keys', 'one', apiKey.id],
    queryFn: ({ signal }) => getApiKey(apiKey.id, signal),
    placeholderData: apiKey,
    refetchInterval: 2000,
  });
  return latest.data ?? apiKey;
}
