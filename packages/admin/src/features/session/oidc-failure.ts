import type { OidcFailure, SignInMethods } from '@keystamp/server/contract';

const AGAIN = 'Try again, or sign in by password.';

/** Why a sign-in at the provider came to nothing, and what to do now. */
const WORDS: Record<OidcFailure, (host: string, methods: SignInMethods | null) => string> = {
  denied: (host) => `The sign-in with ${host} was cancelled or denied there.`,
  expired: () =>
    'That sign-in is over: it took more than ten minutes, was used already, or began in another browser. Try again.',
  unverified: (host) =>
    `By what ${host} says, your e-mail address is not verified. Verify it there, then try again.`,
  no_account: () =>
    'There is no active account for your e-mail address. Ask an administrator to add it.',
  other_identity: (host) =>
    `The account of your e-mail address signs in as somebody else at ${host}. Ask an administrator.`,
  unavailable: (host) => `The sign-in at ${host} does not answer. ${AGAIN}`,
  untrusted: (host) =>
    `Keystamp does not trust the certificate of ${host}. ${AGAIN} An administrator finds the remedy in the server’s log.`,
  other_issuer: (host, methods) => {
    const issuers = methods?.oidc_other_issuer ?? null;
    const named =
      issuers === null
        ? `${host} publishes another issuer than the one that is configured.`
        : `The configured issuer is ${issuers.configured}, but the provider publishes ${issuers.published}.`;
    return `${named} Sign in by password. An administrator sets KEYSTAMP_OIDC_ISSUER to the right one.`;
  },
  failed: (host) =>
    `The sign-in with ${host} failed. ${AGAIN} An administrator finds the reason in the server’s log.`,
  too_many: () =>
    `Too many sign-ins from your network have begun. Wait ten minutes, then try again.`,
  outage: () => 'Keystamp’s database is out of reach. Try again.',
};

/**
 * What `?oidc=` says, for people; null: nothing that is known. Somebody who is signed in has opened a sign-in that
 * succeeded a second time, by Back or a bookmark: that it is over is no news.
 */
export function oidcFailureOf(
  search: string,
  methods: SignInMethods | null,
  isSignedIn = false,
): string | null {
  const code = new URLSearchParams(search).get('oidc') ?? '';
  if (isSignedIn && code === ('expired' satisfies OidcFailure)) return null;
  if (!Object.hasOwn(WORDS, code)) return null;
  return WORDS[code as OidcFailure](methods?.oidc_host ?? 'the provider', methods);
}
