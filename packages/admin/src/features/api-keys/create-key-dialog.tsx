import type { IssuedApiKey, User } from '@keystamp/server/contract';
import { isApiKeyShape } from 'keystamp/shape';
import { useState } from 'react';
import { createApiKey } from '../../api/api-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { serverNow } from '../../clock/server-clock.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNotice, fieldErrorOf } from '../../components/failure-notice.tsx';
import { TextField } from '../../components/field.tsx';
import { expiresAtOf, noExpiry } from './expiry-choice.ts';
import { ExpiryField } from './expiry-field.tsx';
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
  const [name, setName] = useState('');
  const [nameError, setNameError] = useState<string>();
  const [userId, setUserId] = useState(viewed ?? me.id);
  const [expiry, setExpiry] = useState(noExpiry);
  const [expiryError, setExpiryError] = useState<string>();
  const [scopes, setScopes] = useState('');
  const create = useAction(createApiKey);

  async function submit(): Promise<void> {
    const expiresAt = expiresAtOf(expiry, serverNow());
    const wrongName = nameProblem(name);
    setNameError(wrongName);
    setExpiryError(expiresAt === undefined ? 'Choose a day.' : undefined);
    if (wrongName !== undefined || expiresAt === undefined) return;
    const issued = await create.run({
      name: name.trim(),
      scopes: scopesOf(scopes),
      expires_at: expiresAt,
      ...(userId === me.id ? {} : { user_id: userId }),
    });
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
          <Button type="submit" variant="primary" busy={create.pending}>
            Create key
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        hint="What will use it, so that somebody knows in a year."
        error={nameError ?? fieldErrorOf(create.failure, 'name')}
        value={name}
        maxLength={100}
        autoComplete="off"
        autoFocusInDialog
        onChange={(event) => setName(event.target.value)}
      />
      {me.is_admin && (
        <UserField
          me={me}
          userId={userId}
          onChange={setUserId}
          error={fieldErrorOf(create.failure, 'user_id')}
        />
      )}
      <ExpiryField
        choice={expiry}
        onChange={setExpiry}
        error={expiryError ?? fieldErrorOf(create.failure, 'expires_at')}
      />
      <ScopesField
        text={scopes}
        onChange={setScopes}
        error={fieldErrorOf(create.failure, 'scopes')}
      />
      <FailureNotice
        failure={create.failure}
        fields={['name', 'user_id', 'expires_at', 'scopes']}
      />
    </Dialog>
  );
}

/** What is wrong with a name before it is sent. A key pasted there by mistake must not become one. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'Give it a name.';
  if (name.split(/\s+/).some(isApiKeyShape))
    return 'That is a key. Give a name, which others may see.';
  return undefined;
}
