import type { Executor } from 'keystamp/database';
import { sweepSessions } from './sweep-sessions.js';

/**
 * Begins only where the password is still the one that was verified and the user still active: the lock makes it wait
 * for who changes that, and them for it, so that no session outlives them.
 */
const text = `with ${sweepSessions('$2')}
  insert into keystamp.sessions (id_hash, user_id)
  select $1, u.id from keystamp.users u
  where u.id = $2 and u.is_active and u.password_hash = $3
  for share`;

/** False: the user was changed meanwhile, nothing began. */
export async function insertSession(
  executor: Executor,
  idHash: Buffer,
  userId: string,
  passwordHash: string,
): Promise<boolean> {
  const { rowCount } = await executor.query(text, [idHash, userId, passwordHash]);
  return rowCount === 1;
}
