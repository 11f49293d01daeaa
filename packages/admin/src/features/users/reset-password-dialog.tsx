import type { User } from '@keystamp/server/contract';
import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { changeUser } from '../../api/users.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNotice, fieldErrorOf } from '../../components/failure-notice.tsx';
import { TextField } from '../../components/field.tsx';
import { PASSWORD_HINT, passwordProblem } from '../account/password-rule.ts';

interface ResetPasswordDialogProps {
  user: User;
  onClose(): void;
  onDone(): void;
}

export function ResetPasswordDialog({ user, onClose, onDone }: ResetPasswordDialogProps) {
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const reset = useAction(() => changeUser(user.id, { password }));

  return (
    <Dialog
      title={`Set a new password for ${user.email ?? user.id}`}
      onDismiss={onClose}
      onSubmit={async () => {
        const wrong = passwordProblem(password);
        setProblem(wrong);
        if (wrong === undefined && (await reset.run()) !== null) onDone();
      }}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={reset.pending}>
            Set password
          </Button>
        </>
      }
    >
      <p>Their sessions end. Their keys go on working.</p>
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        autoFocusInDialog
        hint={PASSWORD_HINT}
        value={password}
        error={problem ?? fieldErrorOf(reset.failure, 'password')}
        onChange={(event) => setPassword(event.target.value)}
      />
      <FailureNotice failure={reset.failure} fields={['password']} />
    </Dialog>
  );
}
