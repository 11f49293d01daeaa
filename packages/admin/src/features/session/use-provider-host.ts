import type { SignInMethods } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { getSignInMethods } from '../../api/session.ts';

/** Null: nobody knows yet. */
export function useSignInMethods(): SignInMethods | null {
  const methods = useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: ({ signal }) => getSignInMethods(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return methods.data ?? null;
}

/** The host of the OpenID Connect provider; null: there is none, or nobody knows yet. */
export function useProviderHost(): string | null {
  return useSignInMethods()?.oidc_host ?? null;
}
