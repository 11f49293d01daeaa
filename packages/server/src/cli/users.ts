import { type Command, Option } from 'commander';
import type { Keystamp } from 'keystamp';
import { isEmail, printableText } from 'keystamp/rules';
import { addUser } from '../auth/users/add-user.js';
import { userNameOf } from '../auth/users/user-name.js';
import { listedUserOnWire } from '../auth/users/user-on-wire.js';
import { relativeTime } from '../contract/relative-time.js';
import { type CreateUser, USER_SORTS, type UserSort } from '../contract/users.js';
import { given } from '../routes/api-keys/input.js';
import { type ListedUser, listUsers } from '../sql/list-users.js';
import { auditFromCli } from './audit-from-cli.js';
import { activateCommand, deactivateCommand, resetPasswordCommand } from './change-users.js';
import { CliCommand } from './cli-command.js';
import { UsageError } from './cli-io.js';
import { readNewPassword } from './read-password.js';
import { table } from './table.js';
import { keeping, nameOf, reportUser, type UsersIo } from './users-io.js';

const PAGE = 1_000;

/** `users add|list|deactivate|activate|reset-password`, to be added to the program. */
export function usersCommand(io: UsersIo): Command {
  return new CliCommand('users')
    .description('add, list, deactivate and activate users, give them a new password')
    .addCommand(addCommand(io))
    .addCommand(listCommand(io))
    .addCommand(deactivateCommand(io))
    .addCommand(activateCommand(io))
    .addCommand(resetPasswordCommand(io))
    .addHelpText(
      'after',
      `
Examples:
  $ keystamp users add ada@example.com --name Ada --admin
  $ keystamp users add --service --name "Billing jobs"
  $ keystamp users reset-password ada@example.com < password.txt
  $ keystamp users deactivate ada@example.com`,
    );
}

interface AddOptions {
  readonly name?: string;
  readonly admin?: boolean;
  readonly password: boolean;
  readonly service?: true;
  readonly json?: boolean;
}

function addCommand(io: UsersIo): Command {
  return new CliCommand('add')
    .description('add a user; the password is the first line of standard input')
    .argument('[email]', 'the address to sign in with')
    .option('--name <name>', 'a name for people')
    .option('--admin', 'make the user an administrator')
    .option('--service', 'add a service account: it has a name, owns keys and never signs in')
    .option('--no-password', 'set none: the user cannot sign in until there is one')
    .option('--json', 'print JSON: {user}')
    .action(async (email: string | undefined, options: AddOptions) => {
      const input = await newUser(io, email, options);
      const user = await io.withKeystamp(async (keystamp, log) => {
        const added = await addUser(keeping(keystamp), input);
        auditFromCli(log, 'added a user', { user: added.id, isAdmin: added.isAdmin });
        return added;
      });
      const what = options.service
        ? `the service account ${user.name} (id ${user.id})`
        : nameOf(user);
      reportUser(io, user, options.json, `added ${printableText(what)}`);
    });
}

async function newUser(
  io: UsersIo,
  email: string | undefined,
  options: AddOptions,
): Promise<CreateUser> {
  const name = options.name === undefined ? undefined : userNameOf(options.name);
  const input = { is_admin: options.admin ?? false, ...given({ name }) };
  if (options.service) {
    if (email !== undefined) throw new UsageError('email: expected none with --service');
    if (name === undefined) throw new UsageError('--name: missing; a service account has a name');
    return input;
  }
  if (email === undefined) {
    throw new UsageError('email: missing; a user without one is made with --service');
  }
  checkEmail(email);
  if (!options.password) return { ...input, email };
  return { ...input, email, password: await readNewPassword(io.stdin, io.prompt, email) };
}

function listCommand(io: UsersIo): Command {
  return new CliCommand('list')
    .description('list all users, how many keys they have and when one was last used')
    .addOption(new Option('--sort <column>', 'default: address').choices(USER_SORTS))
    .option('--json', 'print JSON: {users}')
    .action(async ({ sort = 'address', json }: { sort?: UserSort; json?: boolean }) => {
      const { users, now } = await io.withKeystamp(async (keystamp) => ({
        users: await allUsers(keystamp, sort),
        now: keystamp.now(),
      }));
      if (json) io.write(`${JSON.stringify({ users: users.map(listedUserOnWire) })}\n`);
      else io.write(tableOf(users, now));
    });
}

async function allUsers({ database }: Keystamp, sort: UserSort): Promise<ListedUser[]> {
  const users: ListedUser[] = [];
  const order = sort === 'address' ? 'asc' : 'desc';
  for (;;) {
    const after = users.at(-1)?.place ?? null;
    const page = await listUsers(database, { q: null, sort, order, after, limit: PAGE });
    users.push(...page);
    if (page.length < PAGE) return users;
  }
}

function checkEmail(email: string): void {
  if (isEmail(email)) return;
  throw new UsageError('email: expected an e-mail address of at most 254 characters with one @');
}

function tableOf(users: readonly ListedUser[], now: Date): string {
  const rows = users.map((user) => [
    user.email ?? '—',
    user.name ?? '—',
    user.isAdmin ? 'administrator' : 'user',
    user.isActive ? 'active' : 'deactivated',
    String(user.keyCount),
    user.lastUsedAt === null ? '—' : relativeTime(user.lastUsedAt, now),
    user.id,
  ]);
  return table(['address', 'name', 'role', 'status', 'keys', 'last used', 'id'], rows);
}
