import type { Executor } from '../database/database.js';
import type { Cursor } from '../model/cursor.js';
import type { ListSort } from '../model/list-query.js';
import { microsecondsOf, timestampText } from '../model/timestamp-text.js';
import type { UserApiKey } from '../model/user-api-key.js';
import { expiresAtSql, type KeyRow, keyColumns, toUserApiKey } from './key-columns.js';
import { type Conditions, conditionsOf, type KeyFilter, usersOf } from './key-filter.js';

export interface KeyPage {
  readonly sort: ListSort;
  readonly order: 'asc' | 'desc';
  readonly after: Cursor | null;
  readonly limit: number;
}

export interface ListedKey {
  readonly key: UserApiKey;
  /** What the row stands at in the order of the list. */
  readonly position: Pick<Cursor, 'value' | 'createdAt' | 'id'>;
}

const sortColumn: Record<ListSort, string> = {
  last_used_at: 'k.last_used_at',
  created_at: 'k.created_at',
  name: 'pg_catalog.lower(k.name)',
  expires_at: expiresAtSql,
};

/**
 * One page. The rows are found and ordered first; users join the page only, unless a filter needs them. `offset 0` keeps the
 * planner from reading all users for the fifty that it shows.
 */
export async function listKeys(
  executor: Executor,
  filter: KeyFilter,
  page: KeyPage,
): Promise<ListedKey[]> {
  const conditions = conditionsOf(filter);
  if (page.after !== null) conditions.add(afterCursor(conditions, page, page.after));
  const column = sortColumn[page.sort];
  const value = {
    last_used_at: microsecondsOf(column),
    // The tie-breaker says it already.
    created_at: 'null',
    name: column,
    expires_at: microsecondsOf(column),
  }[page.sort];
  const { rows } = await executor.query<KeyRow & { sort_value: string | null; created_us: string }>(
    `with page as materialized (
  select k.* from keystamp.api_keys k ${usersOf(filter)}
  ${conditions.where}
  order by ${orderBy(page)}
  limit ${conditions.param(page.limit)}
)
select ${keyColumns}, ${value} as sort_value, ${microsecondsOf('k.created_at')} as created_us
from page k
cross join lateral (select email, is_active from keystamp.users where id = k.user_id offset 0) u
order by ${orderBy(page)}`,
    conditions.params,
  );
  return rows.map((row) => ({
    key: toUserApiKey(row),
    position: {
      value: page.sort === 'created_at' ? row.created_us : row.sort_value,
      createdAt: row.created_us,
      id: row.id,
    },
  }));
}

/** Nulls last either way; ties by the newest. Paging by creation follows its index in either direction. */
function orderBy({ sort, order }: KeyPage): string {
  if (sort === 'created_at') return `k.created_at ${order}, k.id ${order}`;
  return `${sortColumn[sort]} ${order} nulls last, k.created_at desc, k.id desc`;
}

function afterCursor(conditions: Conditions, { sort, order }: KeyPage, after: Cursor): string {
  const toTime = (us: string) => `${conditions.param(timestampText(us))}::timestamptz`;
  const createdAt = toTime(after.createdAt);
  const id = `${conditions.param(after.id)}::uuid`;
  if (sort === 'created_at') {
    return `(k.created_at, k.id) ${order === 'asc' ? '>' : '<'} (${createdAt}, ${id})`;
  }
  const column = sortColumn[sort];
  const tie = `(k.created_at, k.id) < (${createdAt}, ${id})`;
  if (after.value === null) return `(${column} is null and ${tie})`;
  const value = sort === 'name' ? `${conditions.param(after.value)}::text` : toTime(after.value);
  return `(${column} ${order === 'asc' ? '>' : '<'} ${value} or ${column} is null or (${column} = ${value} and ${tie}))`;
}
