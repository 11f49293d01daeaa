import { useQuery } from '@tanstack/react-query';
import { getProviderHost } from '../../api/session.ts';

/** The host of the OpenID Connect provider; null: there is none, or nobody knows yet. */
export function useProviderHost(): string | null {
  const host = useQuery({
    queryKey: ['provider-host'],
    queryFn: ({ signal }) => getProviderHost(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return host.data ?? null;
}
