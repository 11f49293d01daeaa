import { useQuery } from '@tanstack/react-query';
import { Redirect, useLocation, useSearch } from 'wouter';
import { isSetupNeeded } from '../api/session.ts';
import { Notice } from '../components/notice.tsx';
import { useOpenPage, useSignedIn } from '../features/session/me.tsx';
import { nextPathOf } from '../features/session/next-path.ts';
import { oidcFailureOf } from '../features/session/oidc-failure.ts';
import { ProviderLink } from '../features/session/provider-link.tsx';
import { SignInForm } from '../features/session/sign-in-form.tsx';
import { SignedInElsewhere } from '../features/session/signed-in-elsewhere.tsx';
import { useSignInMethods } from '../features/session/use-provider-host.ts';
import { LonePage } from './lone-page.tsx';
import { usePageTitle } from './use-page-title.ts';

export function SignInRoute() {
  usePageTitle('Sign in');
  const openPage = useOpenPage();
  const search = useSearch();
  const [, navigate] = useLocation();
  const setup = useQuery({ queryKey: ['setup'], queryFn: ({ signal }) => isSetupNeeded(signal) });
  const methods = useSignInMethods();
  const host = methods?.oidc_host ?? null;
  const signedIn = useSignedIn();
  const failure = oidcFailureOf(search, methods, Boolean(signedIn));
  const next = nextPathOf(search);

  if (signedIn === undefined) return <p className="visually-hidden">Loading</p>;
  if (signedIn !== null && failure === null) return <Redirect to={next} replace />;
  return (
    <LonePage>
      <SignInForm
        onSignedIn={(user) => {
          openPage(user);
          navigate(next, { replace: true });
        }}
        below={
          <>
            {failure !== null && (
              <Notice tone="error">
                <p>{failure}</p>
              </Notice>
            )}
            {host !== null && <ProviderLink host={host} next={next} />}
          </>
        }
      >
        <SignedInElsewhere asLoaded={signedIn} next={next} />
        {setup.data === true && (
          <Notice tone="quiet">
            <p>
              Keystamp is not set up yet: open the set-up link that the server printed in its
              terminal when it started.
            </p>
          </Notice>
        )}
      </SignInForm>
    </LonePage>
  );
}
