import type { FastifyRequest } from 'fastify';
import { audit } from '../../audit/audit.js';
import { type AuditedAction, keyFields } from '../../audit/key-audit.js';

/** Writes to the log who did what to which key, and from where. */
export function auditKey(
  request: FastifyRequest,
  action: AuditedAction,
  key: Parameters<typeof keyFields>[0],
  more: Parameters<typeof audit>[2] = {},
): void {
  audit(request, `API key ${action}`, { ...keyFields(key), ...more });
}
