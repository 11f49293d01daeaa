import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { getApiKey } from '../../../api/api-keys.ts';
import { type ApiFailure, ApiRefusal, asFailure } from '../../../api/failure.ts';

const REFRESH_MS = 2000;

export type FoundKey =
  | { readonly state: 'loading' }
  /** There is none, or it is another user's: the server does not say which. */
  | { readonly state: 'not_found' }
  | { readonly state: 'failed'; readonly failure: ApiFailure; retry(): void }
  /** `failure`: why it may not be up to date. */
  | { readonly state: 'found'; readonly key: ApiKeyInfo; readonly failure: ApiFailure | null };

/** One key as it is now. `known`: as the list has it, until the server answers. */
export function useKey(id: string, known: ApiKeyInfo | undefined): FoundKey {
  const found = useQuery({
    queryKey: ['api-keys', 'one', id],
    queryFn: ({ signal }) => getApiKey(id, signal),
    ...(known === undefined ? {} : { placeholderData: known }),
    refetchInterval: ({ state }) => (isFinal(state.error) ? false : REFRESH_MS),
  });
  if (isMissing(found.error)) return { state: 'not_found' };
  const failure = found.error === null ? null : asFailure(found.error);
  if (found.data !== undefined) return { state: 'found', key: found.data, failure };
  if (failure === null) return { state: 'loading' };
  return { state: 'failed', failure, retry: () => void found.refetch() };
}

/** No key has an id that the server refuses to read. */
function isMissing(error: Error | null): boolean {
  return error instanceof ApiRefusal && (error.status === 404 || error.status === 400);
}

function isFinal(error: Error | null): boolean {
  return error instanceof ApiRefusal && error.status < 500 && error.status !== 429;
}
