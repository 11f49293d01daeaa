import type { UserSort } from '@keystamp/server/contract';
import { type QueryClient, useInfiniteQuery } from '@tanstack/react-query';
import { listUsers } from '../../api/users.ts';

const ROOT = ['users', 'list'];

/** How the users are sorted. */
export interface UsersOrder {
  readonly sort: UserSort;
  readonly order: 'asc' | 'desc';
}

/** The order that a column has at the first press of its heading. */
export function firstOrderOf(sort: UserSort): UsersOrder {
  return { sort, order: sort === 'address' ? 'asc' : 'desc' };
}

/** Everybody, a hundred at a time; `q` looks in names and addresses. */
export function useUsers(q: string, { sort, order }: UsersOrder) {
  return useInfiniteQuery({
    queryKey: [...ROOT, q, sort, order],
    queryFn: ({ pageParam, signal }) =>
      listUsers(
        {
          limit: '100',
          sort,
          order,
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
