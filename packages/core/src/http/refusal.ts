import { isDatabaseAway } from '../database/outage.js';
import { isOverload } from '../errors.js';
import type { RefusalReason } from '../validation/decide.js';
import { challengeOf, DEFAULT_CARRIERS, type KeyCarriers } from './carriers.js';
import { type Problem, problem } from './problem.js';

/**
 * The answer to a refused key. Whatever the reason, a key that may not act gets one and the same 401,
 * so that nobody learns a key's status (K2); a missing scope is 403. RFC 6750 §3.1.
 */
export function refusalOf(
  reason: RefusalReason,
  scopes: readonly string[],
  accepted: KeyCarriers = DEFAULT_CARRIERS,
): Problem {
  switch (reason) {
    case 'malformed':
    case 'unknown':
    case 'revoked':
    case 'expired':
    case 'disabled':
    case 'user_inactive':
      return problem(401, 'The API key is not valid.', {
        type: 'urn:keystamp:problem:api_key_not_valid',
        headers: { 'www-authenticate': challengeOf(accepted, 'invalid_token') },
      });
    case 'insufficient_scope':
      return insufficientScope(scopes);
  }
}

/** The answer to a request without a key. RFC 6750 §3.1: without credentials the challenge has no error code. */
export function noApiKey(detail: string, accepted: KeyCarriers = DEFAULT_CARRIERS): Problem {
  return problem(401, detail, {
    type: 'urn:keystamp:problem:no_api_key',
    headers: { 'www-authenticate': challengeOf(accepted, null) },
  });
}

/** 503 that asks to come back: an outage is never a refusal (K4). */
export function unavailable(detail: string): Problem {
  return problem(503, detail, {
    type: 'urn:keystamp:problem:unavailable',
    headers: { 'retry-after': '1' },
  });
}

/** The answer where the library failed because of an outage, of load or a stop; null: nobody foresaw this error. */
export function outageOf(error: unknown): Problem | null {
  // By the code: a bundler may hold the class twice.
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  if (code === 'closed') return unavailable('The server is stopping.');
  if (isOverload(error)) return unavailable('The server has too much to do. Try again.');
  const isAway = code === 'database_unavailable' || isDatabaseAway(error);
  return isAway ? unavailable('The database is unavailable. Try again.') : null;
}

/**
 * A scope token holds no `"` and no `\`, so it needs no escape in the challenge. It is Bearer's whatever carries the key: no
 * other scheme has words for a scope, and after 403 nobody is asked for a password.
 */
function insufficientScope(scopes: readonly string[]): Problem {
  const needed = scopes.join(' ');
  return problem(403, `The API key needs the scope${scopes.length > 1 ? 's' : ''} ${needed}.`, {
    type: 'urn:keystamp:problem:insufficient_scope',
    headers: {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${needed}"`,
    },
  });
}
