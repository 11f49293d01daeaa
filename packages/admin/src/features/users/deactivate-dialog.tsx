import type { User } from '@keystamp/server/contract';
import { useQuery } from '@tanstack/react-query';
import { listApiKeys } from '../../api/api-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { changeUser } from '../../api/users.ts';
import { serverNow } from '../../clock/server-clock.ts';
import { useTicking } from '../../clock/use-ticking.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { isUsedRecently, lastUseOf, lastUseSentence, NOTHING_KNOWN } from '../api-keys/last-use.ts';

interface DeactivateDialogProps {
  user: User;
  onClose(): void;
  onDone(): void;
}

/** Asks before a user and all their keys stop, and says when one of them was last used. */
export function DeactivateDialog({ user, onClose, onDone }: DeactivateDialogProps) {
  const deactivate = useAction(() => changeUser(user.id, { is_active: false }));
  return (
    <Dialog
      title={
        <>
          Deactivate <bdi>{user.email ?? user.id}</bdi>?
        </>
      }
      role="alertdialog"
      onDismiss={onClose}
      onSubmit={async () => {
        if ((await deactivate.run()) !== null) onDone();
      }}
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Keep active
          </Button>
          <Button type="submit" variant="danger" busy={deactivate.pending}>
            Deactivate
          </Button>
        </>
      }
    >
      <ActiveKeys user={user} />
      <p>
        Their sessions end and their keys stop at once. If you activate them again, their keys work
        again. Ended sessions do not come back: they have to sign in.
      </p>
      <FailureNotice failure={deactivate.failure} />
    </Dialog>
  );
}

function ActiveKeys({ user }: { user: User }) {
  const keys = useQuery({
    queryKey: ['api-keys', 'active-of', user.id],
    queryFn: ({ signal }) =>
      listApiKeys({ user: user.id, status: 'active', limit: 1, count: true }, signal),
  });
  const newest = keys.data?.api_keys[0];
  const use = newest && lastUseOf(newest, keys.data ?? NOTHING_KNOWN);
  const sentence = useTicking((now) => (use === undefined ? '' : lastUseSentence(use, now)));
  const count = keys.data?.count ?? 0;
  const isInUse = use !== undefined && isUsedRecently(use, serverNow());
  return (
    <Notice tone={isInUse ? 'grave' : 'quiet'}>
      {keys.error !== null ? (
        <p>Keystamp cannot check right now whether they have keys in use.</p>
      ) : keys.data === undefined ? (
        <p>Looking for their keys…</p>
      ) : newest === undefined ? (
        <p>They have no active key.</p>
      ) : (
        <p>
          {count.toLocaleString()} active {count === 1 ? 'key' : 'keys'}; the most recently used is{' '}
          <strong>
            <bdi>{newest.name}</bdi>
          </strong>
          . {sentence}
        </p>
      )}
    </Notice>
  );
}
