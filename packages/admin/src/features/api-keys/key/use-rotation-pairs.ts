import type { ApiKeyInfo } from '@keystamp/server/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getApiKey } from '../../../api/api-keys.ts';
import type { KeysById } from './rotation-pair.ts';

/**
 * The keys on view with the other keys of their rotations, which may stand on another page. What is asked for is the
 * prefix and the time of the rotation, which do not change: once is enough.
 */
export function useRotationPairs(keys: readonly ApiKeyInfo[]): KeysById {
  const shown = useMemo(() => new Map(keys.map((key) => [key.id, key])), [keys]);
  const missing = [...new Set(keys.flatMap((key) => [key.predecessor_id, key.successor_id]))]
    .filter((id) => id !== null && !shown.has(id))
    .sort() as string[];
  const others = useQuery({
    queryKey: ['api-keys', 'pairs', missing],
    // One that is deleted stays unknown.
    queryFn: ({ signal }) =>
      Promise.all(missing.map((id) => getApiKey(id, signal).catch(() => null))),
    enabled: missing.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => {
    const found = others.data?.filter((key) => key !== null) ?? [];
    return new Map([...found.map((key) => [key.id, key] as const), ...shown]);
  }, [shown, others.data]);
}
