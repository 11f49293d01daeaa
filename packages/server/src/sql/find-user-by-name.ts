import type { Executor } from 'keystamp';
import { type UserRow, userColumns } from './user-row.js';

const text = `select ${userColumns} from keystamp.users u
  where u.id = $1 or lower(u.email) = lower($1)
  order by u.id = $1 desc limit 1`;

/** A user by id or address, the id first; null: there is none. */
export async function findUserByName(executor: Executor, name: string): Promise<UserRow | null> {
  const { rows } = await executor.query<UserRow>(text, [name]);
  return rows[0] ?? null;
}
