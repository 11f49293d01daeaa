import { useQuery } from '@tanstack/react-query';
import { listUsers } from '../../api/users.ts';

/** The address of a user by id, for eyes; the id until it is known, and where there is none. */
export function useUserName(userId: string | null): string | null {
  const found = useQuery({
    queryKey: ['users', 'name', userId],
    queryFn: ({ signal }) => listUsers({ q: userId ?? '', limit: '10' }, signal),
    enabled: userId !== null,
    staleTime: 60_000,
  });
  return found.data?.users.find((user) => user.id === userId)?.email ?? userId;
}
