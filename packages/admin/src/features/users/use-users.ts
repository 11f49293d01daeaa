import { type QueryClient, useInfiniteQuery } from '@tanstack/react-query';
import { listUsers } from '../../api/users.ts';

const ROOT = ['users', 'list'];

/** Everybody, a hundred at a time; `q` looks in names and addresses. */
export function useUsers(q: string) {
  return useInfiniteQuery({
    queryKey: [...ROOT, q],
    queryFn: ({ pageParam, signal }) =>
      listUsers(
        {
          limit: '100',
          ...(q === '' ? {} : { q }),
          ...(pageParam === '' ? {} : { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
}

/** Users changed, and with them the status of their keys. */
export async function refreshUsers(client: QueryClient): Promise<void> {
  await client.cancelQueries({ queryKey: ['users'] });
  await Promise.all([
    client.invalidateQueries({ queryKey: ['users'] }),
    client.invalidateQueries({ queryKey: ['api-keys'] }),
  ]);
}
