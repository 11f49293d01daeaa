import type { Executor } from 'keystamp/database';
import { toUser, type User, type UserRow, userColumns } from './user.js';

const text = `select ${userColumns} from keystamp.users u
  where u.id = $1 or pg_catalog.lower(u.email) = pg_catalog.lower($1)
  order by u.id = $1 desc`;

/** Whose id or address it is: none, one, or one whose id is the address of the other. */
export async function findUsersByName(executor: Executor, name: string): Promise<User[]> {
  const { rows } = await executor.query<UserRow>(text, [name]);
  return rows.map(toUser);
}
