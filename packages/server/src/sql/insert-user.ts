import type { Executor } from 'keystamp';
import { type UserRow, userColumns } from './user-row.js';

const text = `insert into keystamp.users as u (id, email, name, password_hash, is_admin)
  values (pg_catalog.gen_random_uuid()::text, $1, $2, $3, $4)
  on conflict (pg_catalog.lower(email)) do nothing
  returning ${userColumns}`;

export interface NewUser {
  readonly email: string;
  readonly name: string | null;
  readonly passwordHash: string | null;
  readonly isAdmin: boolean;
}

/** Null: the address is taken. */
export async function insertUser(executor: Executor, user: NewUser): Promise<UserRow | null> {
  const params = [user.email, user.name, user.passwordHash, user.isAdmin];
  const { rows } = await executor.query<UserRow>(text, params);
  return rows[0] ?? null;
}
