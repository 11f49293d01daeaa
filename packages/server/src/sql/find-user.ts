import type { Executor } from 'keystamp/database';
import { type UserRow, userColumns } from './user-row.js';

const text = `select ${userColumns} from keystamp.users u where u.id = $1`;

/** Null: no such user. */
export async function findUser(executor: Executor, id: string): Promise<UserRow | null> {
  const { rows } = await executor.query<UserRow>(text, [id]);
  return rows[0] ?? null;
}
