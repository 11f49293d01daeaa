import type { UserApiKey } from 'keystamp';
import type { Logger } from 'pino';
import { writeAudit } from '../audit/audit.js';
import { type AuditedAction, keyFields } from '../audit/key-audit.js';
import { accountName } from './account.js';

/** The line in the log about a change from the command line: who is the account that ran it. */
export function auditFromCli(log: Logger, what: string, fields: object): void {
  writeAudit(log, what, { actor: accountName(), by: 'command line', ...fields });
}

export function auditKeyFromCli(
  log: Logger,
  action: AuditedAction,
  key: UserApiKey,
  more: object = {},
): void {
  auditFromCli(log, `API key ${action}`, { ...keyFields(key), ...more });
}
