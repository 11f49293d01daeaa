import type { ApiKeyInfo, User } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { listUsers } from '../../../api/users.ts';
import { calledOf } from '../../account/called.ts';

const nobody: readonly User[] = [];

/** The users to choose from, a thousand at most; only administrators may ask. */
export function useEverybody(enabled: boolean): readonly User[] {
  const users = useQuery({
    queryKey: ['users', 'choice'],
    queryFn: ({ signal }) => listUsers({ limit: '1000' }, signal),
    enabled,
    // A user who was added a moment ago can be chosen, too.
    staleTime: 0,
  });
  return users.data?.users ?? nobody;
}

/** What the users of keys are called. Of those without an address the names are asked for, and the ids stand until then. */
export function useOwnerNames(keys: readonly ApiKeyInfo[], me: User): (key: ApiKeyInfo) => string {
  const everybody = useEverybody(me.is_admin && keys.some((key) => key.user_email === null));
  return useCallback(
    ({ user_email, user_id }: ApiKeyInfo) => {
      const user = everybody.find((each) => each.id === user_id);
      return user_email ?? (user === undefined ? user_id : calledOf(user));
    },
    [everybody],
  );
}
