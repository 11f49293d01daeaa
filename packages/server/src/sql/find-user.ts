import type { Executor } from 'keystamp/database';
import { toUserOrNull, type User, type UserRow, userColumns } from './user.js';

const text = `select ${userColumns} from keystamp.users u where u.id = $1`;

/** Null: no such user. */
export async function findUser(executor: Executor, id: string): Promise<User | null> {
  const { rows } = await executor.query<UserRow>(text, [id]);
  return toUserOrNull(rows);
}
