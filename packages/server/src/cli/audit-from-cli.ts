import type { UserApiKey } from 'keystamp';
import type { Logger } from 'pino';
import { accountName } from './account.js';

/** What a command does to a key, as its audit line says it. */
export type AuditedAction =
  | 'created'
  | 'changed'
  | 'moved'
  | 'disabled'
  | 'enabled'
  | 'revoked'
  | 'rotated'
  | 'deleted';

/** The line in the log about a change from the command line: who is the account that ran it. */
export function auditFromCli(log: Logger, what: string, fields: object): void {
  log.info({ audit: true, actor: accountName(), by: 'command line', ...fields }, what);
}

export function auditKeyFromCli(
  log: Logger,
  action: AuditedAction,
  { id, keyPrefix, userId }: UserApiKey,
  more: object = {},
): void {
  auditFromCli(log, `API key ${action}`, { key: id, keyPrefix, owner: userId, ...more });
}
