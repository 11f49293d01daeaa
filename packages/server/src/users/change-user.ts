import { type Executor, inTransaction } from 'keystamp';
import type { UserKeeping } from '../context.js';
import type { ChangeUser } from '../contract/users.js';
import { passwordFault } from '../credentials.js';
import { HttpProblem, notFound, wrongField } from '../problem.js';
import { deleteSessionsOfUser } from '../sql/delete-sessions-of-user.js';
import { findUser } from '../sql/find-user.js';
import { lockActiveAdmins } from '../sql/lock-active-admins.js';
import { updateUser } from '../sql/update-user.js';
import type { UserRow } from '../sql/user-row.js';

/**
 * Changes a user. Deactivation and a new password end the user's sessions; deactivation stops the
 * user's keys at once. The last active administrator stays one: 409.
 */
export async function changeUser(
  context: UserKeeping,
  id: string,
  changes: ChangeUser,
): Promise<UserRow> {
  const { keystamp } = context;
  const before = (await findUser(keystamp.database, id)) ?? refuseMissing();
  const passwordHash = await hashNewPassword(context, changes.password, before.email);
  const after = await inTransaction(keystamp.database, async (session) => {
    if (changes.is_admin === false || changes.is_active === false) {
      await demandAnotherAdmin(session, id);
    }
    const row = await updateUser(session, id, {
      name: changes.name === null ? null : changes.name?.trim(),
      isAdmin: changes.is_admin,
      isActive: changes.is_active,
      passwordHash,
    });
    // After the update, which waits for sign-ins by the old password. Those of a deactivated user are ended by a trigger.
    if (passwordHash !== undefined) await deleteSessionsOfUser(session, id, null);
    return row ?? refuseMissing();
  });
  // Not by setUserActive: written a second time, the value could undo a change made meanwhile.
  keystamp.userChanged(id);
  return after;
}

async function hashNewPassword(
  { passwords }: UserKeeping,
  password: string | undefined,
  email: string | null,
): Promise<string | undefined> {
  if (password === undefined) return undefined;
  const fault = passwordFault(password, email);
  if (fault !== null) throw wrongField('password', fault);
  return passwords.hash(password);
}

async function demandAnotherAdmin(session: Executor, id: string): Promise<void> {
  const admins = await lockActiveAdmins(session);
  if (admins.length === 1 && admins[0] === id) {
    throw new HttpProblem(409, 'This is the last active administrator: make another one first.');
  }
}

function refuseMissing(): never {
  throw notFound('user');
}
