import { userInfo } from 'node:os';
import { Command } from 'commander';
import type { Keystamp } from 'keystamp';
import type { Logger } from 'pino';
import { EMAIL_PATTERN } from '../contract/field-types.js';
import type { ChangeUser } from '../contract/users.js';
import { createPasswordHasher } from '../sessions/password-hash.js';
import { findUserByName } from '../sql/find-user-by-name.js';
import { type ListedUserRow, listUsers } from '../sql/list-users.js';
import { type UserRow, userOnWire } from '../sql/user-row.js';
import { StartFailure } from '../start-failure.js';
import { addUser } from '../users/add-user.js';
import { changeUser } from '../users/change-user.js';
import { readNewPassword } from './read-password.js';

/** What a command needs of its surroundings. */
export interface UsersIo {
  readonly stdin: NodeJS.ReadStream;
  /** To standard output, as it is. */
  write(text: string): void;
  /** To standard error, for prompts. */
  prompt(text: string): void;
  /** Opens the database by the environment, and closes it after `work`. */
  withKeystamp<T>(work: (keystamp: Keystamp, log: Logger) => Promise<T>): Promise<T>;
}

const PAGE = 1_000;

/** `users add|list|deactivate|reset-password`, to be added to the program. */
export function usersCommand(io: UsersIo): Command {
  return new Command('users')
    .description('add, list and deactivate users, give them a new password')
    .addCommand(addCommand(io))
    .addCommand(listCommand(io))
    .addCommand(deactivateCommand(io))
    .addCommand(resetPasswordCommand(io))
    .addHelpText(
      'after',
      `
Examples:
  $ keystamp users add ada@example.com --name Ada --admin
  $ keystamp users reset-password ada@example.com < password.txt
  $ keystamp users deactivate ada@example.com`,
    );
}

interface AddOptions {
  readonly name?: string;
  readonly admin?: boolean;
  readonly password: boolean;
  readonly json?: boolean;
}

function addCommand(io: UsersIo): Command {
  return new Command('add')
    .description('add a user; the password is read from standard input')
    .argument('<email>', 'the address to sign in with')
    .option('--name <name>', 'a name for people')
    .option('--admin', 'make the user an administrator')
    .option('--no-password', 'set none: the user cannot sign in until there is one')
    .option('--json', 'print JSON')
    .action(async (email: string, options: AddOptions) => {
      checkEmail(email);
      const password = options.password
        ? { password: await readNewPassword(io.stdin, io.prompt, email) }
        : {};
      const name = options.name === undefined ? {} : { name: checkName(options.name) };
      const input = { email, is_admin: options.admin ?? false, ...name, ...password };
      const user = await io.withKeystamp(async (keystamp, log) => {
        const added = await addUser(keeping(keystamp), input);
        audit(log, 'added a user', added);
        return added;
      });
      tell(io, user, options, 'Added');
    });
}

function listCommand(io: UsersIo): Command {
  return new Command('list')
    .description('list all users')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const users = await io.withKeystamp(allUsers);
      if (options.json) io.write(`${JSON.stringify({ users: users.map(userOnWire) }, null, 2)}\n`);
      else io.write(tableOf(users));
    });
}

function deactivateCommand(io: UsersIo): Command {
  return new Command('deactivate')
    .description("stop a user's sign-ins, sessions and keys")
    .argument('<user>', 'address or id')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const user = await change(io, name, async () => ({ is_active: false }));
      tell(io, user, options, 'Deactivated');
    });
}

function resetPasswordCommand(io: UsersIo): Command {
  return new Command('reset-password')
    .description('set a new password, read from standard input; ends all sessions of the user')
    .argument('<user>', 'address or id')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const user = await change(io, name, async ({ email }) => ({
        password: await readNewPassword(io.stdin, io.prompt, email),
      }));
      tell(io, user, options, 'New password set for');
    });
}

function change(
  io: UsersIo,
  name: string,
  changesFor: (user: UserRow) => Promise<ChangeUser>,
): Promise<UserRow> {
  return io.withKeystamp(async (keystamp, log) => {
    const user = await findUserByName(keystamp.database, name);
    if (user === null) throw new StartFailure('there is no user with this address or id');
    const changes = await changesFor(user);
    const changed = await changeUser(keeping(keystamp), user.id, changes);
    audit(log, 'changed a user', changed, { changed: Object.keys(changes).join(',') });
    return changed;
  });
}

/** Who is the account of the system that ran the command. */
function audit(log: Logger, what: string, { id }: UserRow, more: object = {}): void {
  const actor = userInfo().username;
  log.info({ audit: true, actor, by: 'command line', user: id, ...more }, what);
}

function keeping(keystamp: Keystamp) {
  return { keystamp, passwords: createPasswordHasher() };
}

async function allUsers({ database }: Keystamp): Promise<UserRow[]> {
  const users: ListedUserRow[] = [];
  for (;;) {
    const last = users.at(-1);
    const after = last === undefined ? null : { sortedBy: last.sorted_by, id: last.id };
    const page = await listUsers(database, null, after, PAGE);
    users.push(...page);
    if (page.length < PAGE) return users;
  }
}

function checkEmail(email: string): void {
  if (EMAIL_PATTERN.test(email) && email.length <= 254) return;
  throw new StartFailure('email: expected an e-mail address of at most 254 characters with one @');
}

function checkName(name: string): string {
  const length = [...name.trim()].length;
  if (length > 0 && length <= 100 && !/[\p{Cc}\p{Cs}]/u.test(name)) return name;
  throw new StartFailure('name: expected 1 to 100 characters, no control characters');
}

function tell(io: UsersIo, user: UserRow, { json }: { json?: boolean }, what: string): void {
  if (json) io.write(`${JSON.stringify({ user: userOnWire(user) }, null, 2)}\n`);
  else io.write(`${what} ${user.email ?? user.id}\n`);
}

function tableOf(users: readonly UserRow[]): string {
  const rows = users.map((user) => [
    user.email ?? '—',
    user.name ?? '—',
    user.is_admin ? 'administrator' : 'user',
    user.is_active ? 'active' : 'deactivated',
    user.id,
  ]);
  const table = [['Address', 'Name', 'Role', 'Status', 'Id'], ...rows];
  const widths = [0, 1, 2, 3].map((i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
  return `${table.map((row) => line(row).trimEnd()).join('\n')}\n`;
}
