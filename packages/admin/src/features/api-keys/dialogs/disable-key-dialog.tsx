import type { ApiKeyInfo } from '@keystamp/server/contract';
import { disableApiKey } from '../../../api/api-keys.ts';
import { useAction } from '../../../api/use-action.ts';
import { serverNow } from '../../../clock/server-clock.ts';
import { useTicking } from '../../../clock/use-ticking.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { FailureNotice } from '../../../components/failure-notice.tsx';
import { Notice } from '../../../components/notice.tsx';
import { consequenceFor, isInUse } from '../key/consequence.ts';
import type { UseRecord } from '../key/last-use.ts';
import { useLatestKey } from '../key/use-latest-key.ts';

interface DisableKeyDialogProps {
  apiKey: ApiKeyInfo;
  useRecord: UseRecord;
  onClose(): void;
  onDisabled(): void;
}

/** Asks before a key is disabled. It asks little, because the key can be enabled again. */
export function DisableKeyDialog(props: DisableKeyDialogProps) {
  const { apiKey, useRecord, onClose, onDisabled } = props;
  const key = useLatestKey(apiKey);
  const sentence = useTicking((now) => consequenceFor('disable', key, useRecord, now));
  const disable = useAction(() => disableApiKey(apiKey.id));

  return (
    <Dialog
      title={
        <>
          Disable “<bdi>{key.name}</bdi>”?
        </>
      }
      onDismiss={onClose}
      onSubmit={async () => {
        if ((await disable.run()) !== null) onDisabled();
      }}
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Keep it active
          </Button>
          <Button type="submit" variant="primary" busy={disable.pending}>
            Disable key
          </Button>
        </>
      }
    >
      <Notice tone={isInUse(key, useRecord, serverNow()) ? 'grave' : 'quiet'}>
        <p>
          <strong>{sentence}</strong>
        </p>
      </Notice>
      <p>It is refused from now on, until you enable it again.</p>
      <FailureNotice failure={disable.failure} />
    </Dialog>
  );
}
