import type { FastifyRequest } from 'fastify';
import type { CredentialHeaders } from 'keystamp/http';
import { wrongField } from '../../rules/refusal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The key may also stand in the form, as `client_secret`. Such a form is read before the key is looked for. */
    keyInForm?: boolean;
  }
}

export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** True: the request is admitted after its body is read, because the key may stand in it. */
export function mayHoldKeyInForm({ headers, routeOptions }: FastifyRequest): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return routeOptions.config.keyInForm === true && type === FORM_TYPE;
}

/**
 * `client_secret_post` of RFC 6749 §2.3.1: the key is the secret, and `client_id` may be any name. Null: the form has
 * none. A parameter without a value counts as left out (§3.2).
 */
export function keyInForm(request: FastifyRequest): string | null {
  if (!mayHoldKeyInForm(request)) return null;
  const { client_secret: secret } = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  return typeof secret === 'string' && secret !== '' ? secret : null;
}

/** RFC 6749 §2.3: a client uses one method in a request. It is open which of two counts, even if they hold the same key. */
export function requireOneMethod(
  { apiKeys, authorizations }: CredentialHeaders,
  form: string | null,
): void {
  const methods = [
    ...(apiKeys.length > 0 ? ['X-API-Key'] : []),
    ...(authorizations.length > 0 ? ['Authorization'] : []),
    ...(form === null ? [] : ['client_secret']),
  ];
  const [first, second] = methods;
  if (second === undefined) return;
  throw wrongField(second, `expected one method of authentication, and ${first} is another`);
}
