import type { Keystamp } from 'keystamp';
import { printableText } from 'keystamp/rules';
import type { Logger } from 'pino';
import { createPasswordHasher } from '../auth/sessions/password-hash.js';
import { userOnWire } from '../auth/users/user-on-wire.js';
import type { UserKeeping } from '../context.js';
import type { User } from '../sql/user.js';

/** What a command about users needs of its surroundings. */
export interface UsersIo {
  readonly stdin: NodeJS.ReadStream;
  /** To standard output, as it is. */
  write(text: string): void;
  /** To standard error, for prompts. */
  prompt(text: string): void;
  /** Opens the database by the environment, and closes it after `work`. */
  withKeystamp<T>(work: (keystamp: Keystamp, log: Logger) => Promise<T>): Promise<T>;
}

export function keeping(keystamp: Keystamp): UserKeeping {
  return { keystamp, passwords: createPasswordHasher() };
}

export function nameOf({ email, id }: User): string {
  return printableText(email ?? id);
}

/** What was done, for people, or the user as it is now, for programs. */
export function reportUser(io: UsersIo, user: User, json: boolean | undefined, done: string): void {
  io.write(json ? `${JSON.stringify({ user: userOnWire(user) })}\n` : `${done}\n`);
}
