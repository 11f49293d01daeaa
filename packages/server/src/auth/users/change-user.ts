import { type Executor, inTransaction } from 'keystamp/database';
import type { UserKeeping } from '../../context.js';
import type { ChangeUser } from '../../contract/users.js';
import { passwordFault } from '../../rules/credentials.js';
import { Refusal, wrongField } from '../../rules/refusal.js';
import { deleteSessionsOfUser } from '../../sql/delete-sessions-of-user.js';
import { findUser } from '../../sql/find-user.js';
import { lockActiveAdmins } from '../../sql/lock-active-admins.js';
import { lockUser } from '../../sql/lock-user.js';
import { updateUser } from '../../sql/update-user.js';
import type { User } from '../../sql/user.js';
import { userNameOf } from './user-name.js';

export interface ChangedUser {
  readonly user: User;
  /** For the audit: which fields have another value than before, and the rights that came of it. Null: none has. */
  readonly changed: ChangedFields | null;
}

interface ChangedFields {
  /** With commas between, by their names on the wire. */
  readonly changed: string;
  readonly isAdmin?: boolean;
  readonly isActive?: boolean;
}

/**
 * Changes a user. Deactivation and a new password end the user's sessions; deactivation stops the
 * user's keys at once. The last active administrator stays one: `last_admin`.
 */
export async function changeUser(
  context: UserKeeping,
  id: string,
  changes: ChangeUser,
): Promise<ChangedUser> {
  const { keystamp } = context;
  const name = changes.name === undefined ? undefined : userNameOf(changes.name);
  const { email } = (await findUser(keystamp.database, id)) ?? rejectMissing();
  const passwordHash = await hashNewPassword(context, changes.password, email);
  const result = await inTransaction(keystamp.database, async (session) => {
    if (changes.is_admin === false || changes.is_active === false) {
      await requireAnotherAdmin(session, id);
    }
    const before = (await lockUser(session, id)) ?? rejectMissing();
    if (changes.is_active !== undefined) {
      await keystamp.setUserActive(id, changes.is_active, session);
    }
    const row = await updateUser(session, id, { name, isAdmin: changes.is_admin, passwordHash });
    // After the update, which waits for sign-ins by the old password. Those of a deactivated user are ended by a trigger.
    if (passwordHash !== undefined) await deleteSessionsOfUser(session, id, null);
    const user = row ?? rejectMissing();
    return { user, changed: changedFields(before, user, passwordHash !== undefined) };
  });
  keystamp.userChanged(id);
  return result;
}

/** Names are people's own and stay out of the log; rights are what an audit is about. */
function changedFields(before: User, after: User, hasNewPassword: boolean): ChangedFields | null {
  const isAdmin = before.isAdmin === after.isAdmin ? {} : { isAdmin: after.isAdmin };
  const isActive = before.isActive === after.isActive ? {} : { isActive: after.isActive };
  const names = [
    before.name === after.name ? null : 'name',
    'isAdmin' in isAdmin ? 'is_admin' : null,
    'isActive' in isActive ? 'is_active' : null,
    hasNewPassword ? 'password' : null,
  ].filter((name) => name !== null);
  return names.length === 0 ? null : { changed: names.join(','), ...isAdmin, ...isActive };
}

async function hashNewPassword(
  { passwords }: UserKeeping,
  password: string | undefined,
  email: string | null,
): Promise<string | undefined> {
  if (password === undefined) return undefined;
  requireAddress(email);
  const fault = passwordFault(password, email);
  if (fault !== null) throw wrongField('password', fault);
  return passwords.hash(password);
}

/** People sign in by their address: a password of a user who has none would open nothing. */
export function requireAddress(email: string | null): void {
  if (email !== null) return;
  throw wrongField(
    'password',
    'the user has no address, so nobody can sign in with one',
    'no_address',
  );
}

async function requireAnotherAdmin(session: Executor, id: string): Promise<void> {
  const admins = await lockActiveAdmins(session);
  if (admins.length === 1 && admins[0] === id) {
    const message = 'This is the last active administrator: make another one first.';
    throw new Refusal('last_admin', message);
  }
}

function rejectMissing(): never {
  throw new Refusal('not_found', 'User not found.');
}
