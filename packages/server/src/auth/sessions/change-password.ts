import { inTransaction } from 'keystamp/database';
import type { ServerContext } from '../../context.js';
import type { SessionActor } from '../../http/actor.js';
import { passwordFault } from '../../rules/credentials.js';
import { wrongField } from '../../rules/refusal.js';
import { deleteSessionsOfUser } from '../../sql/delete-sessions-of-user.js';
import { readPasswordHash } from '../../sql/read-password-hash.js';
import { replacePasswordHash } from '../../sql/replace-password-hash.js';

const WRONG_CURRENT = 'expected the password that you signed in with';

/** Sets a new password and ends the user's other sessions. Guessing the current one counts as failed sign-ins. */
export async function changePassword(
  context: ServerContext,
  { user, sessionHash }: SessionActor,
  passwords: { current: string; new: string },
  network: string,
): Promise<void> {
  const fault = passwordFault(passwords.new, user.email);
  if (fault !== null) throw wrongField('new', fault);
  const { database } = context.keystamp;
  const account = user.email ?? user.id;
  const from = { account, userId: user.id, network, browser: null };
  const attempt = await context.attempts.begin(from);
  const oldHash = await readPasswordHash(database, user.id);
  const proved = await context.passwords.verify(passwords.current, oldHash, {
    lane: 'known',
    group: user.id,
  });
  if (!proved || oldHash === null) {
    throw wrongField('current', WRONG_CURRENT).countedAs('sign_in_failed', user.id);
  }
  const newHash = await context.passwords.hash(passwords.new);
  await inTransaction(database, async (session) => {
    const replaced = await replacePasswordHash(session, user.id, oldHash, newHash);
    if (!replaced) throw wrongField('current', WRONG_CURRENT);
    await deleteSessionsOfUser(session, user.id, sessionHash);
  });
  await attempt.forgive();
}
