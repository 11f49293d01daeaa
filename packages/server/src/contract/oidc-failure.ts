/**
 * Why a sign-in by OpenID Connect came to nothing: the code in `/sign-in?oidc=<code>`, which the page has words for.
 *
 * - `denied`: the person, or the provider, said no.
 * - `expired`: the state is missing, of another browser, used already, or older than ten minutes.
 * - `unverified`: the provider names no address, or does not say that it has verified it.
 * - `no_account`: no active user has the address, or the user whom the subject is bound to is deactivated.
 * - `other_identity`: the user of the address signs in as another subject of this provider.
 * - `unavailable`: the provider does not answer.
 * - `untrusted`: the certificate of the provider is not trusted; the log says what to set.
 * - `other_issuer`: the provider publishes another issuer than the configured one.
 * - `failed`: anything else, as an answer of the provider that cannot be used; the log says what.
 * - `too_many`: too many sign-ins of this network have begun and not ended.
 * - `outage`: our own database is out of reach.
 */
export const OIDC_FAILURES = [
  'denied',
  'expired',
  'unverified',
  'no_account',
  'other_identity',
  'unavailable',
  'untrusted',
  'other_issuer',
  'failed',
  'too_many',
  'outage',
] as const;
export type OidcFailure = (typeof OIDC_FAILURES)[number];
