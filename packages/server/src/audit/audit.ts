import type { FastifyRequest } from 'fastify';

/**
 * One line in the log about a change: who did it, by what, from where, to whom or what. `fields` name
 * the object (`user`, `key`, `keyPrefix`) and never hold a secret.
 */
export function audit(
  request: FastifyRequest,
  what: string,
  fields: Readonly<Record<string, string | number | boolean | null>>,
): void {
  const { actor } = request;
  const who = actor === null ? {} : { actor: actor.user.id, by: actor.kind };
  const key =
    actor?.kind === 'key' ? { byKey: actor.key.id, byKeyPrefix: actor.key.keyPrefix } : {};
  request.log.info({ audit: true, ...who, ...key, from: request.ip, ...fields }, what);
}
