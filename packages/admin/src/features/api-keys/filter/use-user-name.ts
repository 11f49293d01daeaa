import { useQuery } from '@tanstack/react-query';
import { listUsers } from '../../../api/users.ts';
import { calledOf } from '../../account/called.ts';

/** What a user is called, by id; the id until it is known. */
export function useUserName(userId: string | null): string | null {
  const found = useQuery({
    queryKey: ['users', 'name', userId],
    queryFn: ({ signal }) => listUsers({ q: userId ?? '', limit: '10' }, signal),
    enabled: userId !== null,
    staleTime: 60_000,
  });
  const user = found.data?.users.find(({ id }) => id === userId);
  return user === undefined ? userId : calledOf(user);
}
