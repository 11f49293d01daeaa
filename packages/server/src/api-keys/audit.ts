import type { FastifyRequest } from 'fastify';
import type { UserApiKey } from 'keystamp';

export type AuditedAction = 'created' | 'changed' | 'revoked' | 'rotated' | 'deleted';

/** Writes to the log who did what to which key, and from where. */
export function auditKey(
  request: FastifyRequest,
  action: AuditedAction,
  key: Pick<UserApiKey, 'id' | 'keyPrefix' | 'userId'>,
  more: object = {},
): void {
  const { id, keyPrefix, userId } = key;
  request.log.info(
    {
      audit: `api_key.${action}`,
      key: { id, prefix: keyPrefix, user_id: userId },
      by: actorFields(request),
      from: request.ip,
      ...more,
    },
    `API key ${action}`,
  );
}

/** Writes one line for the keys that a bulk revocation ended. */
export function auditBulkRevocation(request: FastifyRequest, ids: readonly string[]): void {
  if (ids.length === 0) return;
  request.log.info(
    {
      audit: 'api_key.revoked',
      keys: ids,
      by: actorFields(request),
      from: request.ip,
    },
    'API keys revoked',
  );
}

/** The user, and the key they came with. Null: nobody signed in, the token itself was the proof. */
function actorFields({ actor }: FastifyRequest): object | null {
  if (actor === null) return null;
  const { id, email } = actor.user;
  return actor.kind === 'key'
    ? { user_id: id, email, key: { id: actor.key.id, prefix: actor.key.keyPrefix } }
    : { user_id: id, email };
}
