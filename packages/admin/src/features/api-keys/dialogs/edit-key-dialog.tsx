import type { ApiKeyInfo, UpdateApiKeyBody } from '@keystamp/server/contract';
import { MAX_NAME_LENGTH, tidyNote } from 'keystamp/rules';
import { updateApiKey } from '../../../api/api-keys.ts';
import { readTime } from '../../../clock/exact-time.ts';
import { serverNow } from '../../../clock/server-clock.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { TextField } from '../../../components/field.tsx';
import { useForm } from '../../../components/use-form.tsx';
import { nameProblem } from '../../account/name-rule.ts';
import { metadataOf, metadataProblem, metadataText, noteProblem } from './descriptions.ts';
import { choiceOfExpiry, type ExpiryChoice, expiresAtOf, expiryProblem } from './expiry-choice.ts';
import { ExpiryField } from './expiry-field.tsx';
import { MetadataField } from './metadata-field.tsx';
import { NoteField } from './note-field.tsx';
import { ScopesField, scopesOf } from './scopes-field.tsx';

interface EditKeyDialogProps {
  apiKey: ApiKeyInfo;
  onClose(): void;
  onSaved(key: ApiKeyInfo): void;
}

export function EditKeyDialog({ apiKey, onClose, onSaved }: EditKeyDialogProps) {
  const stored = choiceOfExpiry(readTime(apiKey.expires_at));
  const initial = {
    name: apiKey.name,
    expires_at: stored,
    scopes: apiKey.scopes.join(' '),
    note: apiKey.note ?? '',
    metadata: metadataText(apiKey.metadata),
  };
  const form = useForm({
    initial,
    check: ({ name, expires_at, note, metadata }) => ({
      name: nameProblem(name),
      expires_at: expiryProblem(expires_at),
      note: noteProblem(note),
      metadata: metadataProblem(metadata),
    }),
    send: async (values) => {
      const body = changesOf(values, initial);
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
      <NoteField {...form.text('note')} />
      <MetadataField {...form.text('metadata')} />
      {form.notice}
    </Dialog>
  );
}

interface Values {
  name: string;
  expires_at: ExpiryChoice;
  scopes: string;
  note: string;
  metadata: string;
}

/** What is to be sent: only what was changed, so that nothing else is written back. */
function changesOf(values: Values, before: Values): UpdateApiKeyBody {
  const isTouched = (field: keyof Values) =>
    JSON.stringify(values[field]) !== JSON.stringify(before[field]);
  const scopes = scopesOf(values.scopes);
  return {
    ...(values.name.trim() === before.name ? {} : { name: values.name.trim() }),
    ...(isTouched('expires_at')
      ? { expires_at: expiresAtOf(values.expires_at, serverNow()) ?? null }
      : {}),
    ...(scopes.join(' ') === before.scopes ? {} : { scopes }),
    ...(isTouched('note') ? { note: tidyNote(values.note) } : {}),
    ...(isTouched('metadata') ? { metadata: metadataOf(values.metadata) } : {}),
  };
}
