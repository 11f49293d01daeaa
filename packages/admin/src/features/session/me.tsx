import type { User } from '@keystamp/server/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { Redirect, useLocation } from 'wouter';
import { asFailure } from '../../api/failure.ts';
import { getMe } from '../../api/session.ts';
import { reportSignedIn, useSignedOut } from '../../api/signed-out.ts';
import { Button } from '../../components/button.tsx';
import { signInPath } from './next-path.ts';
import { SignedOutDialog } from './signed-out-dialog.tsx';

const Me = createContext<User | null>(null);
export const ME_QUERY = ['me'] as const;

/** Who is signed in. Only below `SessionGate`. */
export function useMe(): User {
  const me = useContext(Me);
  if (me === null) throw new Error('useMe is used outside of SessionGate');
  return me;
}

/** Lets in who is signed in, sends others to sign in, and asks again where the session ends meanwhile. */
export function SessionGate({ children }: { children: ReactNode }) {
  const me = useQuery({
    queryKey: ME_QUERY,
    queryFn: ({ signal }) => getMe(signal),
    // Asked again, "nobody" would throw away the page of somebody whose session ended; the dialog keeps it.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isSignedOut = useSignedOut();
  const client = useQueryClient();
  const [path] = useLocation();

  if (me.data === undefined) {
    if (me.error === null) return <p className="visually-hidden">Loading</p>;
    return <NoServer message={asFailure(me.error).message} onRetry={() => me.refetch()} />;
  }
  if (me.data === null) return <Redirect to={signInPath(path, window.location.search)} replace />;
  return (
    <Me value={me.data}>
      {children}
      {isSignedOut && (
        <SignedOutDialog
          email={me.data.email ?? ''}
          onSignedIn={(user) => {
            // Another person must not find what the first one had open.
            if (user.id !== me.data?.id) return window.location.assign('/');
            reportSignedIn();
            void client.invalidateQueries();
          }}
        />
      )}
    </Me>
  );
}

function NoServer({ message, onRetry }: { message: string; onRetry(): void }) {
  return (
    <main className="lone">
      <div className="blank" role="alert">
        <h1>Keystamp cannot be shown</h1>
        <p>{message}</p>
        <Button onClick={onRetry}>Try again</Button>
      </div>
    </main>
  );
}
