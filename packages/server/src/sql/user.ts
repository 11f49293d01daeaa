import type { KeyUser } from 'keystamp';

/** A user, as the database has them. The password's hash stays there. */
export interface User extends KeyUser {
  readonly name: string | null;
  readonly createdAt: Date;
  readonly hasPassword: boolean;
}

/** What `toUser` needs; `u` is `keystamp.users`. */
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

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    isAdmin: row.is_admin,
    isActive: row.is_active,
    createdAt: row.created_at,
    hasPassword: row.has_password,
  };
}

/** The user of a statement that gives one row at most; null: none. */
export function toUserOrNull([row]: readonly UserRow[]): User | null {
  return row === undefined ? null : toUser(row);
}
