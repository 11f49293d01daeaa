import type { User } from '@keystamp/server/contract';
import { useState } from 'react';
import type { SignedInNow } from '../../api/page-session.ts';
import { addressOf, pathOf } from '../../api/public-path.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ProviderLink } from './provider-link.tsx';
import { SignInFields, useSignIn } from './sign-in-form.tsx';
import { useProviderHost } from './use-provider-host.ts';

interface SessionLostDialogProps {
  /** For whom the page is open. */
  me: User;
  now: SignedInNow;
  /** The same user is back. */
  onSignedIn(user: User): void;
}

/** The session ended, or another user signed in, while the page was open: it stays behind this, with all that was typed. */
export function SessionLostDialog({ me, now, onSignedIn }: SessionLostDialogProps) {
  const [email, setEmail] = useState(me.email ?? '');
  const [password, setPassword] = useState('');
  const signInAction = useSignIn();
  const host = useProviderHost();

  return (
    <Dialog
      title={now === 'nobody' ? 'You have been signed out' : 'Another user is signed in now'}
      onSubmit={async () => {
        const user = await signInAction.run(email.trim(), password);
        if (user?.id === me.id) onSignedIn(user);
        // Another person must not find what the first one had open.
        else if (user !== null) openForOther();
      }}
      footer={
        <>
          {host !== null && <ProviderLink host={host} next={pathOf(window.location)} />}
          {now !== 'nobody' && <Button onClick={openForOther}>Go on as the other user</Button>}
          <Button type="submit" variant="primary" busy={signInAction.pending}>
            Sign in
          </Button>
        </>
      }
    >
      {now === 'nobody' ? (
        <p>Sign in again to go on. What you were doing is kept.</p>
      ) : (
        <OtherUser me={me} now={now} />
      )}
      <SignInFields
        email={email}
        password={password}
        onEmail={setEmail}
        onPassword={setPassword}
        signInAction={signInAction}
      />
      {host !== null && (
        <p className="muted">
          Signing in with {host} leaves this page and comes back to it: what you were typing is lost
          then.
        </p>
      )}
    </Dialog>
  );
}

function OtherUser({ me, now }: { me: User; now: User | 'somebody' }) {
  return (
    <p>
      <strong>{now === 'somebody' ? 'Another user' : <bdi>{nameOf(now)}</bdi>}</strong> signed in in
      another tab of this browser. This page is still the page of{' '}
      <strong>
        <bdi>{nameOf(me)}</bdi>
      </strong>
      . Nothing that was typed on it is sent as another user. Sign in again to keep it.
    </p>
  );
}

function openForOther(): void {
  window.location.assign(addressOf('/'));
}

function nameOf({ email, id }: User): string {
  return email ?? id;
}
