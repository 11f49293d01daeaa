import type { ApiKeyInfo } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteApiKey, getApiKey, revokeApiKey } from '../../api/api-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { serverNow } from '../../clock/server-clock.ts';
import { useTicking } from '../../clock/use-ticking.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { ConfirmNameField, isNameTyped } from './confirm-name-field.tsx';
import { isUsedRecently, lastUseOf, lastUseSentence, type UseRecord } from './last-use.ts';

interface EndKeyDialogProps {
  apiKey: ApiKeyInfo;
  useRecord: UseRecord;
  act: 'revoke' | 'delete';
  onClose(): void;
  onEnded(): void;
}

const words = {
  revoke: {
    verb: 'Revoke',
    what: 'It stops for good and stays in the list. This cannot be undone.',
    work: revokeApiKey,
  },
  delete: {
    verb: 'Delete',
    what: 'It stops for good and leaves the list, with all that is known of it. This cannot be undone.',
    work: deleteApiKey,
  },
} as const;

/** Asks before a key is revoked or deleted, and says when it was last used, also while it is open. */
export function EndKeyDialog({ apiKey, useRecord, act, onClose, onEnded }: EndKeyDialogProps) {
  const { verb, what, work } = words[act];
  const [typed, setTyped] = useState('');
  const latest = useQuery({
    queryKey: ['api-keys', 'one', apiKey.id],
    queryFn: ({ signal }) => getApiKey(apiKey.id, signal),
    placeholderData: apiKey,
    refetchInterval: 2000,
  });
  const key = latest.data ?? apiKey;
  const use = lastUseOf(key, useRecord);
  const sentence = useTicking((now) => lastUseSentence(use, now));
  const mustType = key.status === 'active' && isUsedRecently(use, serverNow());
  const mayGoOn = !mustType || isNameTyped(key.name, typed);
  const end = useAction(async () => {
    await work(apiKey.id);
    return true;
  });

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
        <code>{key.key_prefix}…</code> of <bdi>{key.user_email ?? key.user_id}</bdi>. {what}
      </p>
      {mustType && <ConfirmNameField name={key.name} typed={typed} onChange={setTyped} />}
      <FailureNotice failure={end.failure} />
    </Dialog>
  );
}
