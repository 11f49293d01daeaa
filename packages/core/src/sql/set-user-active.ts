import type { Executor } from '../database/database.js';
import type { KeyUser } from '../model/user-api-key.js';
import { toKeyUser, type UserRow } from './key-columns.js';

const text = `update keystamp.users set is_active = $2 where id = $1
returning id as user_id, email as user_email, is_active as user_is_active, is_admin as user_is_admin`;

/** Null: no such user. */
export async function setUserActive(
  executor: Executor,
  userId: string,
  isActive: boolean,
): Promise<KeyUser | null> {
  const { rows } = await executor.query<UserRow>(text, [userId, isActive]);
  return rows[0] === undefined ? null : toKeyUser(rows[0]);
}
