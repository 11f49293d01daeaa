import type { RefusalReason } from 'keystamp';
import { HttpProblem } from '../problem.js';

/**
 * The answer to a refused key. Whatever the reason, a key that may not act gets one and the same 401,
 * so that nobody learns a key's status (K2); a missing scope is 403. RFC 6750 §3.1.
 */
export function refusalOf(reason: RefusalReason, scopes: readonly string[]): HttpProblem {
  switch (reason) {
    case 'malformed':
    case 'unknown':
    case 'revoked':
    case 'expired':
    case 'user_inactive':
      return new HttpProblem(401, 'The API key is not valid.', {
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      });
    case 'insufficient_scope':
      return insufficientScope(scopes);
  }
}

/** A scope token holds no `"` and no `\`, so it needs no escape in the challenge. */
function insufficientScope(scopes: readonly string[]): HttpProblem {
  const needed = scopes.join(' ');
  return new HttpProblem(403, `The API key needs the scope ${needed}.`, {
    type: 'urn:keystamp:problem:insufficient_scope',
    headers: {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${needed}"`,
    },
  });
}
