import type { User } from '@keystamp/server/contract';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ProviderLink } from './provider-link.tsx';
import { SignInFields, useSignIn } from './sign-in-form.tsx';
import { useProviderHost } from './use-provider-host.ts';

interface SignedOutDialogProps {
  email: string;
  onSignedIn(user: User): void;
}

/** The session ended while the page was open: it stays behind this, with all that was typed. */
export function SignedOutDialog({ email: known, onSignedIn }: SignedOutDialogProps) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const signInAction = useSignIn();
  const host = useProviderHost();
  const { pathname, search } = window.location;

  return (
    <Dialog
      title="You have been signed out"
      onSubmit={async () => {
        const user = await signInAction.run(email.trim(), password);
        if (user !== null) onSignedIn(user);
      }}
      footer={
        <>
          {host !== null && <ProviderLink host={host} next={`${pathname}${search}`} />}
          <Button type="submit" variant="primary" busy={signInAction.pending}>
            Sign in
          </Button>
        </>
      }
    >
      <p>Sign in again to go on. What you were doing is kept.</p>
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
