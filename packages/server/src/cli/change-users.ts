import type { Command } from 'commander';
import { type ChangedUser, changeUser, requireAddress } from '../auth/users/change-user.js';
import type { ChangeUser } from '../contract/users.js';
import type { User } from '../sql/user.js';
import { auditFromCli } from './audit-from-cli.js';
import { CliCommand } from './cli-command.js';
import { userNamed } from './name-user.js';
import { readNewPassword } from './read-password.js';
import { keeping, nameOf, reportUser, type UsersIo } from './users-io.js';

interface Options {
  readonly json?: boolean;
}

export function deactivateCommand(io: UsersIo): Command {
  return changing(
    'deactivate',
    "end a user's sessions, stop their keys and let them sign in no more",
  ).action(async (name: string, { json }: Options) => {
    const { user, changed } = await change(io, name, async () => ({ is_active: false }));
    const done = changed
      ? `deactivated ${nameOf(user)}`
      : `${nameOf(user)} was deactivated already`;
    reportUser(io, user, json, done);
  });
}

export function activateCommand(io: UsersIo): Command {
  return changing(
    'activate',
    'let a deactivated user sign in again; their keys work again, ended sessions do not come back',
  ).action(async (name: string, { json }: Options) => {
    const { user, changed } = await change(io, name, async () => ({ is_active: true }));
    const done = changed ? `activated ${nameOf(user)}` : `${nameOf(user)} was active already`;
    reportUser(io, user, json, done);
  });
}

export function resetPasswordCommand(io: UsersIo): Command {
  return changing(
    'reset-password',
    'set a new password, the first line of standard input; ends all sessions of the user',
  ).action(async (name: string, { json }: Options) => {
    const { user } = await change(io, name, async ({ email }) => {
      requireAddress(email);
      return { password: await readNewPassword(io.stdin, io.prompt, email) };
    });
    reportUser(io, user, json, `new password set for ${nameOf(user)}`);
  });
}

function changing(name: string, description: string): Command {
  return new CliCommand(name)
    .description(description)
    .argument('<user>', 'address or id')
    .option('--json', 'print JSON: {user}');
}

function change(
  io: UsersIo,
  name: string,
  changesFor: (user: User) => Promise<ChangeUser>,
): Promise<ChangedUser> {
  return io.withKeystamp(async (keystamp, log) => {
    const user = await userNamed(keystamp.database, name, 'user');
    const result = await changeUser(keeping(keystamp), user.id, await changesFor(user));
    if (result.changed) auditFromCli(log, 'changed a user', { user: user.id, ...result.changed });
    return result;
  });
}
