import type { User } from '@keystamp/server/contract';
import { useEffect, useState } from 'react';
import { addressOf } from '../../api/public-path.ts';
import { getMe } from '../../api/session.ts';
import { onTabNews } from '../../api/tabs.ts';
import { Notice } from '../../components/notice.tsx';

interface SignedInElsewhereProps {
  /** Who was signed in when the page was loaded. */
  asLoaded: User | null;
  next: string;
}

/** Says at the sign-in form who is signed in already, in another tab: what is being typed there stays. */
export function SignedInElsewhere({ asLoaded, next }: SignedInElsewhereProps) {
  const [user, setUser] = useState(asLoaded);
  useEffect(
    () =>
      onTabNews(() => {
        getMe().then(setUser, () => {});
      }),
    [],
  );
  if (user === null) return null;
  return (
    <Notice tone="calm">
      <p>
        <bdi>{user.email ?? user.id}</bdi> is signed in in this browser.{' '}
        <a href={addressOf(next)}>Go on as this user</a>
      </p>
    </Notice>
  );
}
