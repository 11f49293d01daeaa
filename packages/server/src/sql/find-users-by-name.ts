import type { Executor } from 'keystamp/database';
import { type UserRow, userColumns } from './user-row.js';

const text = `select ${userColumns} from keystamp.users u
  where u.id = $1 or pg_catalog.lower(u.email) = pg_catalog.lower($1)
  order by u.id = $1 desc`;

/** Whose id or address it is: none, one, or one whose id is the address of the other. */
export async function findUsersByName(executor: Executor, name: string): Promise<UserRow[]> {
  return (await executor.query<UserRow>(text, [name])).rows;
}
