import type { FastifyRequest } from 'fastify';

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
