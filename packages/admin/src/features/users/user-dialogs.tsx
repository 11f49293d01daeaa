import type { User } from '@keystamp/server/contract';
import { calledOf } from '../account/called.ts';
import { AddServiceAccountDialog } from './add-service-account-dialog.tsx';
import { AddUserDialog } from './add-user-dialog.tsx';
import { DeactivateDialog } from './deactivate-dialog.tsx';
import { ResetPasswordDialog } from './reset-password-dialog.tsx';

/** What is being done, of the things that a dialog is for. */
export type OpenUserDialog =
  | { readonly act: 'add' | 'add-service-account' }
  | { readonly act: 'deactivate' | 'reset-password'; readonly user: User };

interface UserDialogsProps {
  open: OpenUserDialog | null;
  me: User;
  onClose(): void;
  /** Something changed: what to say of it. */
  onDone(message: string): void;
}

export function UserDialogs({ open, me, onClose, onDone }: UserDialogsProps) {
  if (open === null) return null;
  const added = (user: User) => onDone(`${calledOf(user)} was added.`);
  switch (open.act) {
    case 'add':
      return <AddUserDialog onClose={onClose} onAdded={added} />;
    case 'add-service-account':
      return <AddServiceAccountDialog onClose={onClose} onAdded={added} />;
    case 'reset-password':
      return (
        <ResetPasswordDialog
          user={open.user}
          onClose={onClose}
          onDone={() => onDone('The password is set.')}
        />
      );
    case 'deactivate':
      return (
        <DeactivateDialog
          user={open.user}
          me={me}
          onClose={onClose}
          onDone={() => onDone('The user was deactivated.')}
        />
      );
  }
}
