import type { Executor } from 'keystamp/database';
import { lockAddress } from './lock-address.js';
import { toUserOrNull, type User, type UserRow, userColumns } from './user.js';

const text = `insert into keystamp.users as u (id, email, name, password_hash, is_admin)
  select pg_catalog.gen_random_uuid()::text, $1::text, $2::text, $3::text, $4::boolean
  where not exists (select from keystamp.users o where pg_catalog.lower(o.id) = pg_catalog.lower($1))
  on conflict (pg_catalog.lower(email)) do nothing
  returning ${userColumns}`;

export interface NewUser {
  /** Null: a service account. */
  readonly email: string | null;
  readonly name: string | null;
  readonly passwordHash: string | null;
  readonly isAdmin: boolean;
}

/** Null: the address is taken, as an address or as an id, whatever the case of its letters. In a transaction, which holds the address. */
export async function insertUser(executor: Executor, user: NewUser): Promise<User | null> {
  if (user.email !== null) await lockAddress(executor, user.email);
  const params = [user.email, user.name, user.passwordHash, user.isAdmin];
  const { rows } = await executor.query<UserRow>(text, params);
  return toUserOrNull(rows);
}
