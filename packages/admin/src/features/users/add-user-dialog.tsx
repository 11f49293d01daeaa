import type { User } from '@keystamp/server/contract';
import { createUser } from '../../api/users.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { useForm } from '../../components/use-form.tsx';
import { emailProblem } from '../account/email-rule.ts';
import { givenNameProblem } from '../account/name-rule.ts';
import { NewPasswordFields } from '../account/new-password-fields.tsx';
import { PASSWORD_HINT, passwordProblem, repeatProblem } from '../account/password-rule.ts';
import { useProviderHost } from '../session/use-provider-host.ts';

interface AddUserDialogProps {
  onClose(): void;
  onAdded(user: User): void;
}

export function AddUserDialog({ onClose, onAdded }: AddUserDialogProps) {
  const form = useForm({
    initial: { email: '', name: '', password: '', repeat: '', is_admin: false },
    check: ({ email, name, password, repeat }) => ({
      email: emailProblem(email),
      name: givenNameProblem(name),
      password: password === '' ? undefined : passwordProblem(password),
      repeat: password === '' ? undefined : repeatProblem(password, repeat),
    }),
    send: ({ email, name, password, is_admin }) =>
      createUser({
        email: email.trim(),
        is_admin,
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(password === '' ? {} : { password }),
      }),
  });
  const host = useProviderHost();
  const withoutOne =
    host === null ? 'the user owns keys but cannot sign in' : `the user signs in with ${host}`;

  async function submit(): Promise<void> {
    const user = await form.submit();
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
          <Button type="submit" variant="primary" busy={form.pending}>
            Add user
          </Button>
        </>
      }
    >
      <TextField
        label="E-mail"
        type="email"
        autoComplete="username"
        autoFocusInDialog
        {...form.text('email')}
      />
      <TextField label="Name (optional)" autoComplete="off" {...form.text('name')} />
      <NewPasswordFields
        label="Password (optional)"
        hint={`${PASSWORD_HINT} Without one ${withoutOne}.`}
        password={form.text('password')}
        repeat={form.text('repeat')}
        asksRepeat={form.values.password !== ''}
      />
      <label className="check">
        <input
          type="checkbox"
          name="is_admin"
          checked={form.values.is_admin}
          onChange={(event) => form.set({ is_admin: event.target.checked })}
        />
        Administrator: sees and revokes everybody’s keys
      </label>
      {form.notice}
    </Dialog>
  );
}
