import type { Executor } from 'keystamp/database';
import { toUserOrNull, type User, type UserRow, userColumns } from './user.js';

const text = `select ${userColumns} from keystamp.users u where u.id = $1 for no key update of u`;

/** The user, locked until the transaction ends. Null: the user does not exist. */
export async function lockUser(executor: Executor, id: string): Promise<User | null> {
  const { rows } = await executor.query<UserRow>(text, [id]);
  return toUserOrNull(rows);
}
