import type { IssuedApiKey, User } from '@keystamp/server/contract';
import { MAX_NAME_LENGTH, tidyNote } from 'keystamp/rules';
import { createApiKey } from '../../../api/api-keys.ts';
import { serverNow } from '../../../clock/server-clock.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { TextField } from '../../../components/field.tsx';
import { useForm } from '../../../components/use-form.tsx';
import { nameProblem } from '../../account/name-rule.ts';
import { noteProblem } from './descriptions.ts';
import { expiresAtOf, expiryProblem, newKeyExpiry } from './expiry-choice.ts';
import { ExpiryField } from './expiry-field.tsx';
import { NoteField } from './note-field.tsx';
import { ScopesField, scopesOf } from './scopes-field.tsx';
import { UserField } from './user-field.tsx';

interface CreateKeyDialogProps {
  me: User;
  /** Whose keys are on view; null: everybody's. */
  userId: string | null;
  onClose(): void;
  onIssued(issued: IssuedApiKey): void;
}

export function CreateKeyDialog({ me, userId: viewed, onClose, onIssued }: CreateKeyDialogProps) {
  const form = useForm({
    initial: { name: '', user_id: viewed ?? me.id, expires_at: newKeyExpiry, scopes: '', note: '' },
    check: ({ name, expires_at, note }) => ({
      name: nameProblem(name),
      expires_at: expiryProblem(expires_at),
      note: noteProblem(note),
    }),
    send: ({ name, user_id, expires_at, scopes, note }) =>
      createApiKey({
        name: name.trim(),
        scopes: scopesOf(scopes),
        expires_at: expiresAtOf(expires_at, serverNow()) ?? null,
        ...(tidyNote(note) === null ? {} : { note: tidyNote(note) }),
        ...(user_id === me.id ? {} : { user_id }),
      }),
  });

  async function submit(): Promise<void> {
    const issued = await form.submit();
    if (issued !== null) onIssued(issued);
  }

  return (
    <Dialog
      title="Create a key"
      onDismiss={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={form.pending}>
            Create key
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        hint="What will use it, so that somebody knows in a year."
        maxLength={MAX_NAME_LENGTH}
        autoComplete="off"
        autoFocusInDialog
        {...form.text('name')}
      />
      {me.is_admin && (
        <UserField
          me={me}
          userId={form.values.user_id}
          onChange={(userId) => form.set({ user_id: userId })}
          error={form.errorOf('user_id')}
        />
      )}
      <ExpiryField
        choice={form.values.expires_at}
        onChange={(choice) => form.set({ expires_at: choice })}
        error={form.errorOf('expires_at')}
      />
      <ScopesField {...form.text('scopes')} />
      <NoteField {...form.text('note')} />
      {form.notice}
    </Dialog>
  );
}
