import type { User } from '@keystamp/server/contract';
import { changeUser } from '../../api/users.ts';
import { AccountName } from '../../components/account-name.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { useForm } from '../../components/use-form.tsx';
import { PASSWORD_HINT, passwordProblem } from '../account/password-rule.ts';

interface ResetPasswordDialogProps {
  user: User;
  onClose(): void;
  onDone(): void;
}

export function ResetPasswordDialog({ user, onClose, onDone }: ResetPasswordDialogProps) {
  const form = useForm({
    initial: { password: '' },
    check: ({ password }) => ({ password: passwordProblem(password) }),
    send: (values) => changeUser(user.id, values),
  });

  return (
    <Dialog
      title={
        <>
          Set a new password for <bdi>{user.email ?? user.id}</bdi>
        </>
      }
      onDismiss={onClose}
      onSubmit={async () => {
        if ((await form.submit()) !== null) onDone();
      }}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={form.pending}>
            Set password
          </Button>
        </>
      }
    >
      <p>Their sessions end. Their keys go on working.</p>
      <AccountName name={user.email ?? user.id} />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        autoFocusInDialog
        hint={PASSWORD_HINT}
        {...form.text('password')}
      />
      {form.notice}
    </Dialog>
  );
}
