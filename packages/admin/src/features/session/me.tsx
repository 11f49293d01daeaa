import type { User } from '@keystamp/server/contract';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect } from 'react';
import { Redirect, useLocation } from 'wouter';
import { asFailure } from '../../api/failure.ts';
import { openPageFor, signedInId, useSessionLoss } from '../../api/page-session.ts';
import { checkPageSession, getMe } from '../../api/session.ts';
import { notifyTabs, onTabNews } from '../../api/tabs.ts';
import { Button } from '../../components/button.tsx';
import { signInPath } from './next-path.ts';
import { SessionLostDialog } from './session-lost-dialog.tsx';

const Me = createContext<User | null>(null);

/** For whom the page is open. */
const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const user = await getMe(signal);
    openPageFor(user);
    // A sign-in at a provider ends in a page that loads: it is heard of here.
    notifyTabs(user?.id ?? null);
    return user;
  },
  // Asked again, "nobody" would throw away the page of somebody whose session ended; the dialog keeps it.
  staleTime: Number.POSITIVE_INFINITY,
});

/** Who is signed in. Only below `SessionGate`. */
export function useMe(): User {
  const me = useContext(Me);
  if (me === null) throw new Error('useMe is used outside of SessionGate');
  return me;
}

/** Who is signed in, for a page that does not demand it: as it loaded. Undefined: nobody knows yet. */
export function useSignedIn(): User | null | undefined {
  const me = useQuery(meQuery);
  return me.isError ? null : me.data;
}

/** Opens the page for somebody who has signed in on it: it was nobody's, or its session was lost. */
export function useOpenPage(): (user: User) => void {
  const client = useQueryClient();
  return (user) => {
    openPageFor(user);
    client.setQueryData(meQuery.queryKey, user);
  };
}

/** Lets in who is signed in, sends others to sign in, and asks again where the session ends meanwhile. */
export function SessionGate({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery);
  const [path] = useLocation();

  if (me.data === undefined) {
    if (me.error === null) return <p className="visually-hidden">Loading</p>;
    return <NoServer message={asFailure(me.error).message} onRetry={() => me.refetch()} />;
  }
  if (me.data === null) return <Redirect to={signInPath(path, window.location.search)} replace />;
  return (
    <Me value={me.data}>
      {children}
      <SessionWatch me={me.data} />
    </Me>
  );
}

/** For whom the page is open never changes below what they typed. */
function isOfPage({ queryKey }: { queryKey: readonly unknown[] }): boolean {
  return queryKey[0] !== meQuery.queryKey[0];
}

/** Covers the page while its session is over, or another user is signed in. */
function SessionWatch({ me }: { me: User }) {
  const lostTo = useSessionLoss();
  const openPage = useOpenPage();
  const client = useQueryClient();
  useEffect(
    () =>
      onTabNews((userId) => {
        if (userId !== signedInId()) void checkPageSession();
      }),
    [],
  );
  useEffect(() => {
    if (lostTo === 'somebody') void checkPageSession();
  }, [lostTo]);
  const isLost = lostTo !== null;
  useEffect(() => {
    if (!isLost) return;
    return () => void client.invalidateQueries({ predicate: isOfPage });
  }, [isLost, client]);
  return lostTo && <SessionLostDialog me={me} now={lostTo} onSignedIn={openPage} />;
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
