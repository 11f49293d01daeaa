import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { listApiKeys } from '../../api/api-keys.ts';
import type { UseRecord } from '../api-keys/key/last-use.ts';

export interface ActiveKeys {
  readonly keys: readonly ApiKeyInfo[];
  readonly useRecord: UseRecord;
}

/** All active keys of a user. */
export function useActiveKeys(userId: string) {
  return useQuery<ActiveKeys>({
    queryKey: ['api-keys', 'active-of', userId],
    queryFn: ({ signal }) => listActiveKeys(userId, signal),
  });
}

async function listActiveKeys(user: string, signal: AbortSignal): Promise<ActiveKeys> {
  const query = { user, status: 'active', sort: 'created_at', limit: 1000 } as const;
  const first = await listApiKeys(query, signal);
  const keys = [...first.api_keys];
  let cursor = first.next_cursor;
  while (cursor !== null) {
    const page = await listApiKeys({ ...query, cursor }, signal);
    keys.push(...page.api_keys);
    cursor = page.next_cursor;
  }
  return { keys, useRecord: first };
}
