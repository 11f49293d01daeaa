import { userInfo } from 'node:os';
import type { UserApiKey } from 'keystamp';
import type { Logger } from 'pino';

/** The line in the log about a change from the command line: who is the account that ran it. */
export function auditFromCli(log: Logger, what: string, fields: object): void {
  log.info({ audit: true, actor: accountName(), by: 'command line', ...fields }, what);
}

export function auditKeyFromCli(
  log: Logger,
  action: 'created' | 'revoked' | 'rotated' | 'deleted',
  { id, keyPrefix, userId }: UserApiKey,
  more: object = {},
): void {
  auditFromCli(log, `API key ${action}`, { key: id, keyPrefix, owner: userId, ...more });
}

/** An account may have a number and no name, as in containers. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}
