import type { User } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { listUsers } from '../../api/users.ts';
import { Field } from '../../components/field.tsx';

interface UserFieldProps {
  me: User;
  userId: string;
  onChange(userId: string): void;
  error: string | undefined;
}

/** Whose key it becomes; for administrators. */
export function UserField({ me, userId, onChange, error }: UserFieldProps) {
  const users = useQuery({
    queryKey: ['users', 'choice'],
    queryFn: ({ signal }) => listUsers({ limit: '1000' }, signal),
  });
  const others = (users.data?.users ?? []).filter((user) => user.id !== me.id && user.is_active);
  return (
    <Field label="User" error={error}>
      {(control) => (
        <select
          {...control}
          className="select"
          value={userId}
          onChange={(event) => onChange(event.target.value)}
        >
          <option dir="auto" value={me.id}>
            {me.email ?? me.id} (you)
          </option>
          {others.map((user) => (
            <option key={user.id} dir="auto" value={user.id}>
              {user.email ?? user.id}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
