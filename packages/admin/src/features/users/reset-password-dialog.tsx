import type { User } from '@keystamp/server/contract';
import { changeUser } from '../../api/users.ts';
import { AccountName } from '../../components/account-name.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useForm } from '../../components/use-form.tsx';
import { NewPasswordFields } from '../account/new-password-fields.tsx';
import { passwordProblem, repeatProblem } from '../account/password-rule.ts';

interface ResetPasswordDialogProps {
  user: User;
  onClose(): void;
  onDone(): void;
}

export function ResetPasswordDialog({ user, onClose, onDone }: ResetPasswordDialogProps) {
  const form = useForm({
    initial: { password: '', repeat: '' },
    check: ({ password, repeat }) => ({
      password: passwordProblem(password),
      repeat: repeatProblem(password, repeat),
    }),
    send: ({ password }) => changeUser(user.id, { password }),
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
      <NewPasswordFields
        label="New password"
        autoFocusInDialog
        password={form.text('password')}
        repeat={form.text('repeat')}
      />
      {form.notice}
    </Dialog>
  );
}
