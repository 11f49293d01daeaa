import { userInfo } from 'node:os';
import type { ActorOption } from 'keystamp';
import { printableText } from 'keystamp/rules';

/** Who makes the changes of a command: the account that runs it. */
export function byAccount(): ActorOption {
  return { actor: { kind: 'cli', name: printableText(accountName()) } };
}

/** An account may have a number and no name, as in containers. */
export function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}
