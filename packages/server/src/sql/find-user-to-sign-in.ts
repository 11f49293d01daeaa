import type { Executor } from 'keystamp';
import { type UserRow, userColumns } from './user-row.js';

const text = `select ${userColumns}, u.password_hash from keystamp.users u
  where pg_catalog.lower(u.email) = pg_catalog.lower($1) and u.is_active`;

/** The only row that carries the password's hash: it stays in the module that verifies it. */
export interface UserToSignIn extends UserRow {
  readonly password_hash: string | null;
}

/** The active user of an address; null: there is none. */
export async function findUserToSignIn(
  executor: Executor,
  email: string,
): Promise<UserToSignIn | null> {
  const { rows } = await executor.query<UserToSignIn>(text, [email]);
  return rows[0] ?? null;
}
