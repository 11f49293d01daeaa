import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The key may also stand in the form, as `client_secret`. Such a form is read before the key is looked for. */
    keyInForm?: boolean;
  }
}

export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** True, where the route has `keyInForm`: the request is admitted after its body is read, because the key may stand in it. */
export function isForm({ headers }: FastifyRequest): boolean {
  const type = headers['content-type'];
  return type === FORM_TYPE || type?.split(';')[0]?.trim().toLowerCase() === FORM_TYPE;
}

/**
 * `client_secret_post` of RFC 6749 §2.3.1: the key is the secret, and `client_id` may be any name. Null: the form has
 * none. A parameter without a value counts as left out (§3.2). To ask on routes with `keyInForm`.
 */
export function keyInForm(request: FastifyRequest): string | null {
  if (!isForm(request)) return null;
  const { client_secret: secret } = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  return typeof secret === 'string' && secret !== '' ? secret : null;
}
