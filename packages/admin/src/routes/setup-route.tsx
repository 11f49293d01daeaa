import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { isSetupNeeded } from '../api/session.ts';
import { useOpenPage } from '../features/session/me.tsx';
import { SetupForm } from '../features/setup/setup-form.tsx';
import { takeSetupToken } from '../features/setup/setup-token.ts';
import { LonePage } from './lone-page.tsx';
import { usePageTitle } from './use-page-title.ts';

export function SetupRoute() {
  usePageTitle('Set up');
  const [token] = useState(takeSetupToken);
  const client = useQueryClient();
  const openPage = useOpenPage();
  const [, navigate] = useLocation();
  const needed = useQuery({ queryKey: ['setup'], queryFn: ({ signal }) => isSetupNeeded(signal) });

  if (needed.data === false) {
    return (
      <LonePage>
        <div className="lone-form">
          <h1>Keystamp is set up</h1>
          <p>
            There is an administrator already. <Link href="/">To the API keys</Link>
          </p>
        </div>
      </LonePage>
    );
  }
  return (
    <LonePage>
      {token === null ? (
        <div className="lone-form">
          <h1>Set up Keystamp</h1>
          <p>
            Open the whole set-up link that the server printed in its terminal. It works once, for
            an hour; each start of the server prints a new one.
          </p>
        </div>
      ) : (
        <SetupForm
          token={token}
          onDone={(user) => {
            client.setQueryData(['setup'], false);
            openPage(user);
            navigate('/', { replace: true });
          }}
        />
      )}
    </LonePage>
  );
}
