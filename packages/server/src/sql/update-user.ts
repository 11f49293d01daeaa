import type { Executor } from 'keystamp/database';
import { type UserRow, userColumns } from './user-row.js';

/** Only what is not undefined changes; a null name clears it. */
export interface UserChanges {
  readonly name?: string | null | undefined;
  readonly isAdmin?: boolean | undefined;
  readonly isActive?: boolean | undefined;
  readonly passwordHash?: string | undefined;
}

const text = `update keystamp.users as u set
    name = case when $2 then $3 else u.name end,
    is_admin = coalesce($4, u.is_admin),
    is_active = coalesce($5, u.is_active),
    password_hash = coalesce($6, u.password_hash)
  where u.id = $1
  returning ${userColumns}`;

/** Null: no such user. */
export async function updateUser(
  executor: Executor,
  id: string,
  changes: UserChanges,
): Promise<UserRow | null> {
  const { name, isAdmin, isActive, passwordHash } = changes;
  const { rows } = await executor.query<UserRow>(text, [
    id,
    name !== undefined,
    name ?? null,
    isAdmin ?? null,
    isActive ?? null,
    passwordHash ?? null,
  ]);
  return rows[0] ?? null;
}
