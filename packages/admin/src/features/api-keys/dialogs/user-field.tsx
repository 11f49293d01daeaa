import type { User } from '@keystamp/server/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { mayHoldApiKey } from 'keystamp/shape';
import { useState } from 'react';
import { listUsers } from '../../../api/users.ts';
import { type Choice, Combobox } from '../../../components/combobox.tsx';
import { Field } from '../../../components/field.tsx';
import { calledOf, isServiceAccount } from '../../account/called.ts';

interface UserFieldProps {
  label?: string;
  me: User;
  /** Empty: nobody is chosen yet. */
  userId: string;
  /** A user who cannot be chosen. */
  except?: string;
  onChange(userId: string): void;
  error: string | undefined;
}

const SHOWN = 20;

/** Whose key it becomes; for administrators. The server searches: there may be more users than a list can show. */
export function UserField({ label = 'User', me, userId, except, onChange, error }: UserFieldProps) {
  const [q, setQ] = useState('');
  const found = useUsersLike(q);
  const chosen = useUser(userId, me);
  const others = (found.data?.users ?? []).filter(({ id, is_active }) => id !== me.id && is_active);
  const isMine = `${calledOf(me)} ${me.name ?? ''}`.toLowerCase().includes(q.trim().toLowerCase());
  const choices = [...(isMine ? [me] : []), ...others].filter(({ id }) => id !== except);
  const hasMore = found.data !== undefined && found.data.next_cursor !== null;
  const isNone = found.data !== undefined && choices.length === 0;
  return (
    <Field label={label} error={error}>
      {(control) => (
        <Combobox
          {...control}
          value={chosen && choiceOf(chosen, me)}
          choices={choices.map((user) => choiceOf(user, me))}
          isSearching={found.data === undefined || found.isPlaceholderData}
          note={
            isNone ? 'No active user matches' : hasMore ? 'There are more: type to search' : null
          }
          // A key that is pasted here goes nowhere.
          onSearch={(text) => setQ(mayHoldApiKey(text) ? '' : text)}
          onChoose={onChange}
        />
      )}
    </Field>
  );
}

function useUsersLike(q: string) {
  const text = q.trim();
  return useQuery({
    queryKey: ['users', 'choice', text],
    queryFn: ({ signal }) =>
      listUsers({ limit: String(SHOWN), ...(text === '' ? {} : { q: text }) }, signal),
    placeholderData: keepPreviousData,
    // A user who was added a moment ago can be chosen, too.
    staleTime: 0,
  });
}

/** The chosen user, who may be none of those found last; null: nobody, or not known yet. */
function useUser(userId: string, me: User): User | null {
  const isAsked = userId !== '' && userId !== me.id;
  const found = useQuery({
    queryKey: ['users', 'name', userId],
    queryFn: ({ signal }) => listUsers({ q: userId, limit: '10' }, signal),
    enabled: isAsked,
    staleTime: 60_000,
  });
  if (userId === me.id) return me;
  return found.data?.users.find(({ id }) => id === userId) ?? null;
}

function choiceOf(user: User, me: User): Choice {
  return { id: user.id, text: `${calledOf(user)}${kindOf(user, me)}` };
}

function kindOf(user: User, me: User): string {
  if (user.id === me.id) return ' (you)';
  return isServiceAccount(user) ? ' (service account)' : '';
}
