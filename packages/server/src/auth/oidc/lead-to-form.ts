import type { FastifyReply, FastifyRequest } from 'fastify';
import { audit } from '../../audit/audit.js';
import type { ServerContext } from '../../context.js';
import type { OidcFailure } from '../../contract/oidc-failure.js';
import type { AccessOutcome } from '../../rules/access-outcome.js';
import { failureOf, loggable, providerErrorOf, remedyOf } from './failure.js';
import type { OidcProvider } from './provider.js';

/** Leads the browser to the sign-in form, which says by the code why the sign-in came to nothing. */
export function leadToForm(
  { accessEvents }: ServerContext,
  provider: OidcProvider,
  request: FastifyRequest,
  reply: FastifyReply,
  { error, nextPath }: { error: unknown; nextPath: string },
) {
  const failure = failureOf(error);
  tell(request, failure, error);
  const outcome = COUNTED[failure];
  if (outcome !== null) accessEvents.count(outcome, request, null);
  if (FORGETS.has(failure)) provider.forget();
  const query = new URLSearchParams({
    oidc: failure,
    ...(nextPath === '/' ? {} : { next: nextPath }),
  });
  return reply.redirect(`${provider.publicUrl}/sign-in?${query}`, 303);
}

/** What the provider may have put right by the next time. */
const FORGETS: ReadonlySet<OidcFailure> = new Set(['unavailable', 'failed']);

/** A person who changed their mind, and what is away, is no attack. */
const COUNTED: Readonly<Record<OidcFailure, AccessOutcome | null>> = {
  unverified: 'sign_in_failed',
  no_account: 'sign_in_failed',
  other_identity: 'sign_in_failed',
  failed: 'sign_in_failed',
  expired: 'sign_in_failed',
  too_many: 'network_refused',
  denied: null,
  unavailable: null,
  untrusted: null,
  other_issuer: null,
  outage: null,
};

/** To the log: what the provider is to blame for, and who was turned away. Never what came in the query. */
function tell(request: FastifyRequest, failure: OidcFailure, error: unknown): void {
  switch (failure) {
    case 'unavailable':
    case 'untrusted':
    case 'other_issuer':
    case 'failed': {
      const providerError = providerErrorOf(error);
      const remedy = remedyOf(error);
      request.log.warn(
        {
          err: loggable(error),
          providerError,
          ...(remedy === null ? {} : { remedy }),
          from: request.ip,
        },
        'a sign-in by OpenID Connect failed',
      );
      return;
    }
    case 'unverified':
    case 'no_account':
    case 'other_identity':
      audit(request, 'refused a sign-in', { with: 'oidc', reason: failure });
      return;
    case 'denied':
    case 'expired':
    case 'too_many':
    case 'outage':
      return;
  }
}

/** The query as it was sent: the parameters of an authorization response are the provider's to choose. */
export function queryOf({ raw }: FastifyRequest): URLSearchParams {
  const url = raw.url ?? '';
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}
