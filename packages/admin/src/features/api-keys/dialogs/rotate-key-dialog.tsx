import type { ApiKeyInfo, IssuedApiKey } from '@keystamp/server/contract';
import { DEFAULT_GRACE_SECONDS } from 'keystamp/rules';
import { useState } from 'react';
import { rotateApiKey } from '../../../api/api-keys.ts';
import { useAction } from '../../../api/use-action.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { FailureNotice, fieldErrorOf } from '../../../components/failure-notice.tsx';
import { Field } from '../../../components/field.tsx';

interface RotateKeyDialogProps {
  apiKey: ApiKeyInfo;
  onClose(): void;
  onIssued(issued: IssuedApiKey): void;
}

const HOUR = 3600;
const graces: readonly [number, string][] = [
  [0, 'Stops at once'],
  [HOUR, 'Works 1 hour longer'],
  [24 * HOUR, 'Works 1 day longer'],
  [7 * 24 * HOUR, 'Works 7 days longer'],
  [30 * 24 * HOUR, 'Works 30 days longer'],
];

export function RotateKeyDialog({ apiKey, onClose, onIssued }: RotateKeyDialogProps) {
  const [grace, setGrace] = useState(DEFAULT_GRACE_SECONDS);
  const rotate = useAction(() => rotateApiKey(apiKey.id, grace));

  async function submit(): Promise<void> {
    const issued = await rotate.run();
    if (issued !== null) onIssued(issued);
  }

  return (
    <Dialog
      title={
        <>
          Rotate “<bdi>{apiKey.name}</bdi>”
        </>
      }
      onDismiss={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={rotate.pending}>
            Make the new key
          </Button>
        </>
      }
    >
      <p>
        A new key takes its place, with the same name, user, scopes, expiry, note and metadata. The
        old one (<code>{apiKey.key_prefix}…</code>) goes on for as long as you say, so that programs
        can change over.
      </p>
      <Field label="The old key" error={fieldErrorOf(rotate.failure, 'grace_seconds')}>
        {(control) => (
          <select
            {...control}
            className="select"
            data-autofocus
            value={grace}
            onChange={(event) => setGrace(Number(event.target.value))}
          >
            {graces.map(([seconds, words]) => (
              <option key={seconds} value={seconds}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Field>
      <FailureNotice failure={rotate.failure} fields={['grace_seconds']} />
    </Dialog>
  );
}
