import type { Executor } from 'keystamp/database';
import { type UserRow, userColumns } from './user-row.js';

const text = `select wanted.email as wanted, ${userColumns}, u.password_hash
  from pg_catalog.unnest($1::text[]) as wanted (email)
  join keystamp.users u on pg_catalog.lower(u.email) = pg_catalog.lower(wanted.email)
  where u.is_active`;

/** The only row that carries the password's hash: it stays in the module that verifies it. */
export interface UserToSignIn extends UserRow {
  readonly password_hash: string | null;
}

/** The active users of these addresses, by the address as it was given. */
export async function findUsersToSignIn(
  executor: Executor,
  emails: readonly string[],
): Promise<ReadonlyMap<string, UserToSignIn>> {
  const { rows } = await executor.query<UserToSignIn & { wanted: string }>(text, [[...emails]]);
  return new Map(rows.map(({ wanted, ...user }) => [wanted, user]));
}
