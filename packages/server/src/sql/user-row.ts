import type { User } from '../contract/users.js';

/** The columns of a user that leave the database; `u` is `keystamp.users`. The password's hash stays. */
export const userColumns = `u.id, u.email, u.name, u.is_admin, u.is_active, u.created_at,
  u.password_hash is not null as has_password`;

export interface UserRow {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly is_admin: boolean;
  readonly is_active: boolean;
  readonly created_at: Date;
  readonly has_password: boolean;
}

/** A user as it goes over the wire. */
export function userOnWire(row: UserRow): User {
  const { id, email, name, is_admin, is_active, created_at, has_password } = row;
  return {
    id,
    email,
    name,
    is_admin,
    is_active,
    created_at: created_at.toISOString(),
    has_password,
  };
}
