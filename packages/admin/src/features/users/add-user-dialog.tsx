import type { User } from '@keystamp/server/contract';
import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { createUser } from '../../api/users.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNotice, fieldErrorOf } from '../../components/failure-notice.tsx';
import { TextField } from '../../components/field.tsx';
import { passwordProblem } from '../account/password-rule.ts';
import { useProviderHost } from '../session/use-provider-host.ts';

interface AddUserDialogProps {
  onClose(): void;
  onAdded(user: User): void;
}

export function AddUserDialog({ onClose, onAdded }: AddUserDialogProps) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [passwordError, setPasswordError] = useState<string>();
  const [isAdmin, setAdmin] = useState(false);
  const add = useAction(createUser);
  const host = useProviderHost();
  const withoutOne =
    host === null ? 'the user owns keys but cannot sign in' : `the user signs in with ${host}`;

  async function submit(): Promise<void> {
    const wrong = password === '' ? undefined : passwordProblem(password);
    setPasswordError(wrong);
    if (wrong !== undefined) return;
    const user = await add.run({
      email: email.trim(),
      is_admin: isAdmin,
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      ...(password === '' ? {} : { password }),
    });
    if (user !== null) onAdded(user);
  }

  return (
    <Dialog
      title="Add a user"
      onDismiss={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={add.pending}>
            Add user
          </Button>
        </>
      }
    >
      <TextField
        label="E-mail"
        type="email"
        autoComplete="off"
        autoFocusInDialog
        value={email}
        error={fieldErrorOf(add.failure, 'email')}
        onChange={(event) => setEmail(event.target.value)}
      />
      <TextField
        label="Name (optional)"
        autoComplete="off"
        value={name}
        error={fieldErrorOf(add.failure, 'name')}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="Password (optional)"
        type="password"
        autoComplete="new-password"
        hint={`At least 12 characters. Without one ${withoutOne}.`}
        value={password}
        error={passwordError ?? fieldErrorOf(add.failure, 'password')}
        onChange={(event) => setPassword(event.target.value)}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={isAdmin}
          onChange={(event) => setAdmin(event.target.checked)}
        />
        Administrator: sees and revokes everybody’s keys
      </label>
      <FailureNotice failure={add.failure} fields={['email', 'name', 'password']} />
    </Dialog>
  );
}
