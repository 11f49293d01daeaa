import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useState } from 'react';
import { deleteApiKey, disableApiKey, revokeApiKey } from '../../../api/api-keys.ts';
import { useAction } from '../../../api/use-action.ts';
import { serverNow } from '../../../clock/server-clock.ts';
import { useTicking } from '../../../clock/use-ticking.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { FailureNotice } from '../../../components/failure-notice.tsx';
import { Notice } from '../../../components/notice.tsx';
import { consequenceFor, isInUse } from '../key/consequence.ts';
import { mayBeDisabled } from '../key/key-acts.ts';
import type { UseRecord } from '../key/last-use.ts';
import { useLatestKey } from '../key/use-latest-key.ts';
import { ConfirmNameField, isNameTyped } from './confirm-name-field.tsx';
import { DisableInstead } from './disable-instead.tsx';

interface EndKeyDialogProps {
  apiKey: ApiKeyInfo;
  /** What its user is called. */
  owner: string;
  useRecord: UseRecord;
  act: 'revoke' | 'delete';
  onClose(): void;
  onEnded(): void;
  /** It was disabled instead. */
  onDisabled(): void;
}

const words = {
  revoke: {
    verb: 'Revoke',
    what: 'It is revoked for good and stays in the list. This cannot be undone.',
    work: revokeApiKey,
  },
  delete: {
    verb: 'Delete',
    what: 'It leaves the list for good, with all that is known of it. This cannot be undone.',
    work: deleteApiKey,
  },
} as const;

/** Asks before a key is revoked or deleted, and says when it was last used, also while it is open. */
export function EndKeyDialog(props: EndKeyDialogProps) {
  const { apiKey, owner, useRecord, act, onClose, onEnded, onDisabled } = props;
  const { verb, what, work } = words[act];
  const [typed, setTyped] = useState('');
  const key = useLatestKey(apiKey);
  const sentence = useTicking((now) => consequenceFor(act, key, useRecord, now));
  const mustType = isInUse(key, useRecord, serverNow());
  const mayGoOn = !mustType || isNameTyped(key.name, typed);
  const end = useAction(async () => {
    await work(apiKey.id);
    return true;
  });
  const disable = useAction(() => disableApiKey(apiKey.id));
  const canBeDisabled = mayBeDisabled(key);

  async function disableInstead(): Promise<void> {
    if ((await disable.run()) !== null) onDisabled();
  }

  return (
    <Dialog
      title={
        <>
          {verb} “<bdi>{key.name}</bdi>”?
        </>
      }
      role="alertdialog"
      onDismiss={onClose}
      onSubmit={async () => {
        if (mayGoOn && (await end.run())) onEnded();
      }}
      footer={
        <>
          {canBeDisabled && <DisableInstead busy={disable.pending} onDisable={disableInstead} />}
          <Button onClick={onClose} data-autofocus={mustType ? undefined : true}>
            Keep it
          </Button>
          <Button type="submit" variant="danger" busy={end.pending} disabled={!mayGoOn}>
            {verb} key
          </Button>
        </>
      }
    >
      <Notice tone={mustType ? 'grave' : 'quiet'}>
        <p>
          <strong>{sentence}</strong>
        </p>
      </Notice>
      <p>
        <code>{key.key_prefix}…</code> of <bdi>{owner}</bdi>. {what}
      </p>
      {canBeDisabled && <p>Not sure? Disable it: it can be enabled again.</p>}
      {mustType && <ConfirmNameField name={key.name} typed={typed} onChange={setTyped} />}
      <FailureNotice failure={end.failure ?? disable.failure} />
    </Dialog>
  );
}
