import type { FastifyRequest } from 'fastify';

export interface AuditLogger {
  info(fields: object, message: string): void;
}

/** Writes a line of the audit: every one goes through here. `fields` never hold a secret. */
export function writeAudit(logger: AuditLogger, what: string, fields: object): void {
  logger.info({ audit: true, ...fields }, what);
}

/**
 * One line about a change by a request: who did it, by what, from where, to whom or what. `fields` name
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
  writeAudit(request.log, what, { ...who, ...key, from: request.ip, ...fields });
}
