import type { Executor } from 'keystamp/database';
import { toUserOrNull, type User, type UserRow, userColumns } from './user.js';

/** Only what is not undefined changes; a null name clears it. The library alone writes whether a user is active. */
export interface UserChanges {
  readonly name?: string | null | undefined;
  readonly isAdmin?: boolean | undefined;
  readonly passwordHash?: string | undefined;
}

const text = `update keystamp.users as u set
    name = case when $2 then $3 else u.name end,
    is_admin = coalesce($4, u.is_admin),
    password_hash = coalesce($5, u.password_hash)
  where u.id = $1
  returning ${userColumns}`;

/** Null: no such user. */
export async function updateUser(
  executor: Executor,
  id: string,
  changes: UserChanges,
): Promise<User | null> {
  const { name, isAdmin, passwordHash } = changes;
  const { rows } = await executor.query<UserRow>(text, [
    id,
    name !== undefined,
    name ?? null,
    isAdmin ?? null,
    passwordHash ?? null,
  ]);
  return toUserOrNull(rows);
}
