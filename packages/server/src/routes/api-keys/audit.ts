import type { FastifyRequest } from 'fastify';
import type { UserApiKey } from 'keystamp';
import { audit } from '../../audit/audit.js';

export type AuditedAction =
  | 'created'
  | 'reissued'
  | 'changed'
  | 'moved'
  | 'disabled'
  | 'enabled'
  | 'revoked'
  | 'rotated'
  | 'deleted';

type More = Readonly<Record<string, string | number | boolean | null>>;

/** Writes to the log who did what to which key, and from where. */
export function auditKey(
  request: FastifyRequest,
  action: AuditedAction,
  { id, keyPrefix, userId }: Pick<UserApiKey, 'id' | 'keyPrefix' | 'userId'>,
  more: More = {},
): void {
  audit(request, `API key ${action}`, { key: id, keyPrefix, owner: userId, ...more });
}
