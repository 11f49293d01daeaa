import type { Executor } from 'keystamp/database';
import type { UserSort } from '../contract/users.js';
import { toUser, type User, type UserRow, userColumns } from './user.js';

/** Where a page ended: what its last user was sorted by, the address (id, where there is none), and the id. */
export interface UserPlace {
  /** Null: the user has no last use, or the address alone is sorted by. */
  readonly value: string | null;
  readonly sortedBy: string;
  readonly id: string;
}

/** A user of a page, with their keys: read with the page, stored nowhere. */
export interface ListedUser extends User {
  /** All keys of the user, whatever their status. */
  readonly keyCount: number;
  /** The latest of the last uses of these keys; null: none is recorded. */
  readonly lastUsedAt: Date | null;
  readonly place: UserPlace;
}

export interface UsersPage {
  readonly q: string | null;
  readonly sort: UserSort;
  readonly order: 'asc' | 'desc';
  readonly after: UserPlace | null;
  readonly limit: number;
}

interface ListedRow extends UserRow {
  readonly sorted_by: string;
  readonly key_count: number;
  readonly last_used_at: Date | null;
}

const sortedBy = `pg_catalog.lower(coalesce(u.email, u.id)) collate "C"`;
const contains = (text: string) =>
  `pg_catalog.strpos(pg_catalog.lower(coalesce(${text}, '')), pg_catalog.lower($1)) > 0`;
const isFound = `($1::text is null or ${contains('u.email')} or ${contains('u.name')} or ${contains('u.id')})`;

/** To the millisecond, as it goes over the wire and into a cursor. What a Date does not hold was written by hand. */
const keysOf = `select pg_catalog.count(*)::int as key_count,
    pg_catalog.date_trunc('milliseconds', pg_catalog.max(k.last_used_at) filter (
      where k.last_used_at between timestamptz '0001-01-01 00:00:00+00' and timestamptz '9999-12-31 23:59:59.999+00')) as last_used_at
  from keystamp.api_keys k`;

/** The keys of the users of the page alone are read: each user's by their index. */
function byAddress(order: 'asc' | 'desc'): string {
  const place = `${sortedBy} ${order}, u.id collate "C" ${order}`;
  return `with page as materialized (
  select u.* from keystamp.users u
  where ${isFound} and ($2::text is null or (${sortedBy}, u.id collate "C") ${order === 'asc' ? '>' : '<'} ($2, $3))
  order by ${place} limit $4
)
select ${userColumns}, ${sortedBy} as sorted_by, keys.key_count, keys.last_used_at
from page u cross join lateral (${keysOf} where k.user_id = u.id) keys
order by ${place}`;
}

/** All keys are read once. Users without a value come last either way, equals by their address. */
function byKeys(column: 'key_count' | 'last_used_at', order: 'asc' | 'desc'): string {
  const type = column === 'key_count' ? 'int' : 'timestamptz';
  const tie = `(sorted_by, id collate "C") > ($2, $3)`;
  return `with keys as (${keysOf.replace('select ', 'select k.user_id, ')} group by k.user_id),
listed as (
  select ${userColumns}, ${sortedBy} as sorted_by, coalesce(keys.key_count, 0) as key_count, keys.last_used_at
  from keystamp.users u left join keys on keys.user_id = u.id
  where ${isFound}
)
select * from listed
where $2::text is null
  or case when $5::${type} is null then ${column} is null and ${tie}
    else coalesce(${column} ${order === 'asc' ? '>' : '<'} $5, true) or (${column} = $5 and ${tie}) end
order by ${column} ${order} nulls last, sorted_by, id collate "C"
limit $4`;
}

export async function listUsers(executor: Executor, page: UsersPage): Promise<ListedUser[]> {
  const { q, sort, order, after, limit } = page;
  const params = [q, after?.sortedBy ?? null, after?.id ?? null, limit];
  const { rows } =
    sort === 'address'
      ? await executor.query<ListedRow>(byAddress(order), params)
      : await executor.query<ListedRow>(byKeys(sort, order), [...params, after?.value ?? null]);
  return rows.map((row) => ({
    ...toUser(row),
    keyCount: row.key_count,
    lastUsedAt: row.last_used_at,
    place: { value: sortedValue(row, sort), sortedBy: row.sorted_by, id: row.id },
  }));
}

function sortedValue(row: ListedRow, sort: UserSort): string | null {
  if (sort === 'address') return null;
  return sort === 'key_count' ? String(row.key_count) : (row.last_used_at?.toISOString() ?? null);
}
