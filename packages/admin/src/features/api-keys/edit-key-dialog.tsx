import type { ApiKeyInfo, UpdateApiKeyBody } from '@keystamp/server/contract';
import { useState } from 'react';
import { updateApiKey } from '../../api/api-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { readTime } from '../../clock/exact-time.ts';
import { serverNow } from '../../clock/server-clock.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNotice, fieldErrorOf } from '../../components/failure-notice.tsx';
import { TextField } from '../../components/field.tsx';
import { nameProblem } from './create-key-dialog.tsx';
import { choiceOfExpiry, type ExpiryChoice, expiresAtOf } from './expiry-choice.ts';
import { ExpiryField } from './expiry-field.tsx';
import { ScopesField, scopesOf } from './scopes-field.tsx';

interface EditKeyDialogProps {
  apiKey: ApiKeyInfo;
  onClose(): void;
  onSaved(key: ApiKeyInfo): void;
}

export function EditKeyDialog({ apiKey, onClose, onSaved }: EditKeyDialogProps) {
  const stored = choiceOfExpiry(readTime(apiKey.expires_at));
  const [name, setName] = useState(apiKey.name);
  const [nameError, setNameError] = useState<string>();
  const [expiry, setExpiry] = useState<ExpiryChoice>(stored);
  const [expiryError, setExpiryError] = useState<string>();
  const [scopes, setScopes] = useState(apiKey.scopes.join(' '));
  const save = useAction((body: UpdateApiKeyBody) => updateApiKey(apiKey.id, body));

  async function submit(): Promise<void> {
    const wrongName = nameProblem(name);
    const isExpiryTouched = JSON.stringify(expiry) !== JSON.stringify(stored);
    const expiresAt = isExpiryTouched ? expiresAtOf(expiry, serverNow()) : apiKey.expires_at;
    setNameError(wrongName);
    setExpiryError(expiresAt === undefined ? 'Choose a day.' : undefined);
    if (wrongName !== undefined || expiresAt === undefined) return;
    const body: UpdateApiKeyBody = {
      ...(name.trim() === apiKey.name ? {} : { name: name.trim() }),
      ...(isExpiryTouched ? { expires_at: expiresAt } : {}),
      ...(scopesOf(scopes).join(' ') === apiKey.scopes.join(' ')
        ? {}
        : { scopes: scopesOf(scopes) }),
    };
    if (Object.keys(body).length === 0) return onClose();
    const saved = await save.run(body);
    if (saved !== null) onSaved(saved);
  }

  return (
    <Dialog
      title={`Edit “${apiKey.name}”`}
      onDismiss={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={save.pending}>
            Save
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        error={nameError ?? fieldErrorOf(save.failure, 'name')}
        value={name}
        maxLength={100}
        autoComplete="off"
        autoFocusInDialog
        onChange={(event) => setName(event.target.value)}
      />
      <ExpiryField
        choice={expiry}
        onChange={setExpiry}
        error={expiryError ?? fieldErrorOf(save.failure, 'expires_at')}
      />
      <ScopesField
        text={scopes}
        onChange={setScopes}
        mustStayScoped={apiKey.scopes.length > 0}
        error={fieldErrorOf(save.failure, 'scopes')}
      />
      <FailureNotice failure={save.failure} fields={['name', 'expires_at', 'scopes']} />
    </Dialog>
  );
}
