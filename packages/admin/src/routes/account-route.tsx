import { PasswordForm } from '../features/account/password-form.tsx';
import { useMe } from '../features/session/me.tsx';
import { useProviderHost } from '../features/session/use-provider-host.ts';
import { usePageTitle } from './use-page-title.ts';

export function AccountRoute() {
  usePageTitle('Account');
  const me = useMe();
  return (
    <div className="narrow">
      <header className="page-header">
        <h1 tabIndex={-1} data-focus-home>
          Account
        </h1>
      </header>
      <p>
        Signed in as{' '}
        <strong>
          <bdi>{me.email ?? me.id}</bdi>
        </strong>
        {me.is_admin ? ', administrator.' : '.'}
      </p>
      {me.has_password ? (
        <>
          <h2>Change the password</h2>
          <PasswordForm email={me.email} />
        </>
      ) : (
        <NoPassword />
      )}
    </div>
  );
}

function NoPassword() {
  const host = useProviderHost();
  return (
    <p>
      This account has no password to change: you sign in with {host ?? 'a provider'}. An
      administrator can give it one.
    </p>
  );
}
