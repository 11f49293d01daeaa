import type { Executor } from 'keystamp/database';
import { toUser, type User, type UserRow, userColumns } from './user.js';

/** Where a page ended: the sorted text of its last user, and the id. */
export interface UserPlace {
  readonly sortedBy: string;
  readonly id: string;
}

const sortedBy = `pg_catalog.lower(coalesce(u.email, u.id)) collate "C"`;

const text = `select ${userColumns}, ${sortedBy} as sorted_by from keystamp.users u
  where ($1::text is null or pg_catalog.strpos(pg_catalog.lower(coalesce(u.email, '')), pg_catalog.lower($1)) > 0
      or pg_catalog.strpos(pg_catalog.lower(coalesce(u.name, '')), pg_catalog.lower($1)) > 0 or pg_catalog.strpos(pg_catalog.lower(u.id), pg_catalog.lower($1)) > 0)
    and ($2::text is null or (${sortedBy}, u.id collate "C") > ($2, $3))
  order by ${sortedBy}, u.id collate "C"
  limit $4`;

/** A user of a page, with the text that the page is sorted by. */
export interface ListedUser extends User {
  readonly sortedBy: string;
}

export async function listUsers(
  executor: Executor,
  q: string | null,
  after: UserPlace | null,
  limit: number,
): Promise<ListedUser[]> {
  const params = [q, after?.sortedBy ?? null, after?.id ?? null, limit];
  const { rows } = await executor.query<UserRow & { sorted_by: string }>(text, params);
  return rows.map((row) => ({ ...toUser(row), sortedBy: row.sorted_by }));
}
