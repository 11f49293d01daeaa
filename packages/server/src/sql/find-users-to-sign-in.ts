import type { Executor } from 'keystamp/database';
import { toUser, type User, type UserRow, userColumns } from './user.js';

const text = `select wanted.email as wanted, ${userColumns}, u.password_hash
  from pg_catalog.unnest($1::text[]) as wanted (email)
  join keystamp.users u on pg_catalog.lower(u.email) = pg_catalog.lower(wanted.email)
  where u.is_active`;

/** The only shape with the password's hash, for the module that verifies it. */
export interface UserToSignIn {
  readonly user: User;
  /** Null: the user has no password. */
  readonly passwordHash: string | null;
}

interface Row extends UserRow {
  readonly wanted: string;
  readonly password_hash: string | null;
}

/** The active users of these addresses, by the address as it was given. */
export async function findUsersToSignIn(
  executor: Executor,
  emails: readonly string[],
): Promise<ReadonlyMap<string, UserToSignIn>> {
  const { rows } = await executor.query<Row>(text, [[...emails]]);
  return new Map(
    rows.map((row) => [row.wanted, { user: toUser(row), passwordHash: row.password_hash }]),
  );
}
