import { outageOf } from 'keystamp/http';
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { OidcFailure } from '../../contract/oidc-failure.js';
import { OtherIssuerError } from './other-issuer.js';

/** A sign-in that came to nothing for a reason that the page tells. */
export class OidcRefusal extends Error {
  override readonly name = 'OidcRefusal';
  readonly failure: OidcFailure;

  constructor(failure: OidcFailure) {
    super(failure);
    this.failure = failure;
  }
}

/** What went wrong, from whatever was thrown on the way. */
export function failureOf(error: unknown): OidcFailure {
  if (error instanceof OidcRefusal) return error.failure;
  if (error instanceof OtherIssuerError) return 'other_issuer';
  if (error instanceof AuthorizationResponseError) return ofAuthorization(error.error);
  if (error instanceof ResponseBodyError) return error.status >= 500 ? 'unavailable' : 'failed';
  if (error instanceof ClientError) return isNoAnswer(error) ? 'unavailable' : 'failed';
  if (isFailedFetch(error)) return isUntrusted(error) ? 'untrusted' : 'unavailable';
  return outageOf(error) !== null ? 'outage' : 'failed';
}

/** RFC 6749 §4.1.2.1. */
function ofAuthorization(error: string): OidcFailure {
  if (error === 'access_denied') return 'denied';
  const isAway = error === 'temporarily_unavailable' || error === 'server_error';
  return isAway ? 'unavailable' : 'failed';
}

function isNoAnswer({ code, cause }: ClientError): boolean {
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return true;
  return cause instanceof Response && cause.status >= 500;
}

/** The words of Node's fetch for every network that fails; the cause has the code. */
function isFailedFetch(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'fetch failed';
}

/** The codes of OpenSSL for a certificate whose authority is unknown. */
const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const WRONG_CERTIFICATE = /^(CERT_|ERR_TLS_CERT_)/;

function isUntrusted(error: unknown): boolean {
  const code = causeCodeOf(error);
  return UNKNOWN_AUTHORITY.has(code) || WRONG_CERTIFICATE.test(code);
}

/** What an administrator can do about it, for the log; null: the error says it. */
export function remedyOf(error: unknown): string | null {
  if (!UNKNOWN_AUTHORITY.has(causeCodeOf(error))) return null;
  return (
    'Node.js does not know the authority that signed the certificate of the provider. Set NODE_EXTRA_CA_CERTS to a PEM ' +
    'file with the certificate of that authority, and restart the server.'
  );
}

function causeCodeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : null;
  return cause?.code ?? '';
}

/** RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6. */
const PROVIDER_ERRORS = new Set([
  'access_denied',
  'account_selection_required',
  'consent_required',
  'interaction_required',
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_request_object',
  'invalid_request_uri',
  'invalid_scope',
  'login_required',
  'registration_not_supported',
  'request_not_supported',
  'request_uri_not_supported',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
]);

/** The provider's error, for the log. Null: it sent none, or a text that anybody could have written. */
export function providerErrorOf(error: unknown): string | null {
  if (error instanceof WWWAuthenticateChallengeError) return ofChallenges(error);
  const isReported =
    error instanceof AuthorizationResponseError || error instanceof ResponseBodyError;
  return isReported ? known(error.error) : null;
}

/**
 * RFC 6749 §5.2: a client that is refused by its Authorization header gets a challenge of the scheme it used, which
 * openid-client throws in place of the body. Basic is ours at the token endpoint alone, and need not name the error.
 */
function ofChallenges({ cause, status }: WWWAuthenticateChallengeError): string | null {
  const named = cause
    .map(({ parameters }) => known(parameters['error']))
    .find((error) => error !== null);
  if (named) return named;
  const isOfClient = status === 401 && cause.some(({ scheme }) => scheme === 'basic');
  return isOfClient ? 'invalid_client' : null;
}

function known(error: string | undefined): string | null {
  return error !== undefined && PROVIDER_ERRORS.has(error) ? error : null;
}

/** What may be logged of an error: that of a broken JSON quotes what came, which can be a token. */
export function loggable(error: unknown): unknown {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof SyntaxError) return new Error('the provider did not answer with JSON');
  }
  return error;
}
