import type { User } from '@keystamp/server/contract';
import { serverNow } from '../../clock/server-clock.ts';
import { useTicking } from '../../clock/use-ticking.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { calledOf, isServiceAccount } from '../account/called.ts';
import { consequenceFor, isInUse } from '../api-keys/key/consequence.ts';
import { countedKeys, mostRecentlyUsed } from '../api-keys/key/many-keys.ts';
import { MoveKeysFields } from './move-keys-fields.tsx';
import { NotMovedList } from './not-moved-list.tsx';
import type { useActiveKeys } from './use-active-keys.ts';
import { useDeactivation } from './use-deactivation.ts';

interface DeactivateDialogProps {
  user: User;
  me: User;
  onClose(): void;
  onDone(): void;
}

/** Asks before a user and all their keys stop, says when one of them was last used, and moves those that go on. */
export function DeactivateDialog({ user, me, onClose, onDone }: DeactivateDialogProps) {
  const { active, chosen, moving, ...deactivation } = useDeactivation(user.id, onDone);
  return (
    <Dialog
      title={
        <>
          Deactivate <bdi>{calledOf(user)}</bdi>?
        </>
      }
      role="alertdialog"
      onDismiss={() => !deactivation.pending && onClose()}
      onSubmit={deactivation.submit}
      footer={
        <>
          <Button onClick={onClose} disabled={deactivation.pending} data-autofocus>
            Keep active
          </Button>
          <Button type="submit" variant="danger" busy={deactivation.pending}>
            {chosen.length === 0 ? 'Deactivate' : `Move ${countedKeys(chosen.length)}, deactivate`}
          </Button>
        </>
      }
    >
      <ActiveKeys active={active} />
      <p>
        {isServiceAccount(user)
          ? 'Its keys stop at once. If you activate it again, its keys work again.'
          : 'Their sessions end and their keys stop at once. If you activate them again, their keys work again. Ended sessions do not come back: they have to sign in.'}
      </p>
      {active.data !== undefined && active.data.keys.length > 0 && (
        <MoveKeysFields user={user} me={me} active={active.data} moving={moving} />
      )}
      {deactivation.progress !== null && <p role="status">{deactivation.progress}</p>}
      <NotMovedList notMoved={deactivation.notMoved} />
      <FailureNotice failure={deactivation.failure} />
    </Dialog>
  );
}

function ActiveKeys({ active }: { active: ReturnType<typeof useActiveKeys> }) {
  const { data, error } = active;
  const newest = data && mostRecentlyUsed(data.keys);
  const sentence = useTicking((now) =>
    newest ? consequenceFor('revoke', newest, data.useRecord, now) : '',
  );
  const isUsedToday = newest ? isInUse(newest, data.useRecord, serverNow()) : false;
  return (
    <Notice tone={isUsedToday ? 'grave' : 'quiet'}>
      {error !== null ? (
        <p>Keystamp cannot check right now whether there are keys in use.</p>
      ) : data === undefined ? (
        <p>Looking for active keys…</p>
      ) : data.keys.length === 0 ? (
        <p>There is no active key.</p>
      ) : newest ? (
        <p>
          {countActive(data.keys.length)}; the most recently used is{' '}
          <strong>
            <bdi>{newest.name}</bdi>
          </strong>
          . {sentence}
        </p>
      ) : (
        <p>{countActive(data.keys.length)}; no use is recorded.</p>
      )}
    </Notice>
  );
}

function countActive(count: number): string {
  return `${count.toLocaleString()} active ${count === 1 ? 'key' : 'keys'}`;
}
