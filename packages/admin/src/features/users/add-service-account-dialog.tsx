import type { User } from '@keystamp/server/contract';
import { MAX_NAME_LENGTH } from 'keystamp/rules';
import { createUser } from '../../api/users.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { useForm } from '../../components/use-form.tsx';
import { nameProblem } from '../account/name-rule.ts';

interface AddServiceAccountDialogProps {
  onClose(): void;
  onAdded(user: User): void;
}

export function AddServiceAccountDialog({ onClose, onAdded }: AddServiceAccountDialogProps) {
  const form = useForm({
    initial: { name: '' },
    check: ({ name }) => ({ name: nameProblem(name) }),
    send: ({ name }) => createUser({ name: name.trim() }),
  });

  async function submit(): Promise<void> {
    const user = await form.submit();
    if (user !== null) onAdded(user);
  }

  return (
    <Dialog
      title="Add a service account"
      onDismiss={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={form.pending}>
            Add service account
          </Button>
        </>
      }
    >
      <p>It owns keys of programs and never signs in. Its keys stay when people leave.</p>
      <TextField
        label="Name"
        hint="What runs under it, such as Billing jobs."
        maxLength={MAX_NAME_LENGTH}
        autoComplete="off"
        autoFocusInDialog
        {...form.text('name')}
      />
      {form.notice}
    </Dialog>
  );
}
