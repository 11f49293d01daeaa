import type { CredentialHeaders } from './credential-headers.js';
import { type Problem, problem } from './problem.js';

/**
 * RFC 6749 §2.3: a client uses one method in a request. It is open which of two counts, even if they hold the same key.
 * Null: it uses one at most. `formSecret`: the secret in the form; null: the form has none.
 */
export function rejectTwoMethods(
  { apiKeys, authorizations }: CredentialHeaders,
  formSecret: string | null,
): Problem | null {
  const [first, second] = [
    ...(apiKeys.length > 0 ? ['X-API-Key'] : []),
    ...(authorizations.length > 0 ? ['Authorization'] : []),
    ...(formSecret === null ? [] : ['client_secret']),
  ];
  if (second === undefined) return null;
  const message = `expected one method of authentication, and ${first} is another`;
  return problem(400, `${second}: ${message}`, { errors: [{ field: second, message }] });
}
