import type { User } from '@keystamp/server/contract';
import { Field } from '../../../components/field.tsx';
import { calledOf, isServiceAccount } from '../../account/called.ts';
import { useEverybody } from '../key/use-everybody.ts';

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

/** Whose key it becomes; for administrators. */
export function UserField({ label = 'User', me, userId, except, onChange, error }: UserFieldProps) {
  const everybody = useEverybody(true);
  const others = everybody.filter((user) => user.id !== me.id && user.is_active);
  const choices = [me, ...others].filter((user) => user.id !== except);
  return (
    <Field label={label} error={error}>
      {(control) => (
        <select
          {...control}
          className="select"
          value={userId}
          onChange={(event) => onChange(event.target.value)}
        >
          {userId === '' && <option value="">Choose…</option>}
          {choices.map((user) => (
            <option key={user.id} dir="auto" value={user.id}>
              {calledOf(user)}
              {kindOf(user, me)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function kindOf(user: User, me: User): string {
  if (user.id === me.id) return ' (you)';
  return isServiceAccount(user) ? ' (service account)' : '';
}
