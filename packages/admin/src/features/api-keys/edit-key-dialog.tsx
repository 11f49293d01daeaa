import type { ApiKeyInfo, UpdateApiKeyBody } from '@keystamp/server/contract';
import { MAX_NAME_LENGTH } from 'keystamp/rules';
import { updateApiKey } from '../../api/api-keys.ts';
import { readTime } from '../../clock/exact-time.ts';
import { serverNow } from '../../clock/server-clock.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { useForm } from '../../components/use-form.tsx';
import { nameProblem } from '../account/name-rule.ts';
import { choiceOfExpiry, expiresAtOf, expiryProblem } from './expiry-choice.ts';
import { ExpiryField } from './expiry-field.tsx';
import { ScopesField, scopesOf } from './scopes-field.tsx';

interface EditKeyDialogProps {
  apiKey: ApiKeyInfo;
  onClose(): void;
  onSaved(key: ApiKeyInfo): void;
}

export function EditKeyDialog({ apiKey, onClose, onSaved }: EditKeyDialogProps) {
  const stored = choiceOfExpiry(readTime(apiKey.expires_at));
  const form = useForm({
    initial: { name: apiKey.name, expires_at: stored, scopes: apiKey.scopes.join(' ') },
    check: ({ name, expires_at }) => ({
      name: nameProblem(name),
      expires_at: expiryProblem(expires_at),
    }),
    send: async ({ name, expires_at, scopes }) => {
      const isExpiryTouched = JSON.stringify(expires_at) !== JSON.stringify(stored);
      const body: UpdateApiKeyBody = {
        ...(name.trim() === apiKey.name ? {} : { name: name.trim() }),
        ...(isExpiryTouched ? { expires_at: expiresAtOf(expires_at, serverNow()) ?? null } : {}),
        ...(scopesOf(scopes).join(' ') === apiKey.scopes.join(' ')
          ? {}
          : { scopes: scopesOf(scopes) }),
      };
      return Object.keys(body).length === 0 ? 'unchanged' : updateApiKey(apiKey.id, body);
    },
  });

  async function submit(): Promise<void> {
    const saved = await form.submit();
    if (saved === 'unchanged') onClose();
    else if (saved !== null) onSaved(saved);
  }

  return (
    <Dialog
      title={
        <>
          Edit “<bdi>{apiKey.name}</bdi>”
        </>
      }
      onDismiss={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={form.pending}>
            Save
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        maxLength={MAX_NAME_LENGTH}
        autoComplete="off"
        autoFocusInDialog
        {...form.text('name')}
      />
      <ExpiryField
        choice={form.values.expires_at}
        onChange={(choice) => form.set({ expires_at: choice })}
        error={form.errorOf('expires_at')}
      />
      <ScopesField mustStayScoped={apiKey.scopes.length > 0} {...form.text('scopes')} />
      {form.notice}
    </Dialog>
  );
}
