import type { Executor } from '../database/database.js';
import type { KeyCounts } from '../model/list-query.js';
import { statusSql } from '../model/status.js';
import {
  type Conditions,
  conditionsOf,
  isIn,
  type KeyFilter,
  type Narrowing,
} from './key-filter.js';

/** What is counted, under the name that the count has. */
const counted: Readonly<Record<keyof Omit<KeyCounts, 'isEstimate'>, Partial<Narrowing>>> = {
  unusedFor30d: { unusedFor: 30 },
  unusedFor90d: { unusedFor: 90 },
  unusedFor365d: { unusedFor: 365 },
  unusedForNever: { unusedFor: 'never' },
  expiresWithin30d: { expiresWithin: 30 },
  expiresWithinNever: { expiresWithin: 'never' },
  statusDisabled: { status: 'disabled' },
};
type CountName = keyof typeof counted;

/** So much of the table is read at most: about 100,000 keys, some 50 ms. */
const MOST_BYTES = 24 * 1024 * 1024;

/** Under this many bytes all of it is read: an estimate saves nothing there. */
const EXACT_BYTES = 2 * MOST_BYTES;

/** The part of the table to read, in percent. Of one that is partitioned, the partitions have the bytes. */
const part = `with part as materialized (
  select case when bytes <= ${EXACT_BYTES}::float8 then 100::float8 else ${100 * MOST_BYTES}::float8 / bytes end as percent
  from (select greatest(
      pg_catalog.pg_relation_size('keystamp.api_keys')::float8,
      pg_catalog.sum(pg_catalog.pg_relation_size(relid))::float8
    ) as bytes
    from pg_catalog.pg_partition_tree('keystamp.api_keys')) size
)`;

/**
 * How many keys each filter would find, in one pass. Of a large table a sample of its pages is read, always the same ones; one
 * user's keys, and the keys of a hash, are found by their index and all counted.
 */
export async function countByFilter(executor: Executor, filter: KeyFilter): Promise<KeyCounts> {
  const conditions = conditionsOf({
    ...filter,
    status: null,
    unusedFor: null,
    expiresWithin: null,
  });
  const isSampled = filter.userId === null && filter.keyHash === null;
  const { rows } = await executor.query<Record<CountName, string> & { percent: number }>(
    `${part}
select ${isSampled ? '(select percent from part)' : '100::float8'} as percent, ${columnsOf(conditions)}
from (
  select k.last_used_at, k.created_at, k.expires_at, ${statusSql} as status
  from keystamp.api_keys k ${isSampled ? 'tablesample system ((select percent from part)) repeatable (1)' : ''}
  join keystamp.users u on u.id = k.user_id
  ${conditions.where}
) k`,
    conditions.params,
  );
  const found = rows[0];
  const percent = found?.percent ?? 100;
  const counts = Object.fromEntries(
    (Object.keys(counted) as CountName[]).map((name) => [
      name,
      wholeOf(Number(found?.[name] ?? 0), percent),
    ]),
  ) as Record<CountName, number>;
  return { ...counts, isEstimate: percent < 100 };
}

/** The status is computed once a row, and not once a count. */
const once = { isActive: `k.status = 'active'`, status: 'k.status' };

function columnsOf(conditions: Conditions): string {
  return Object.entries(counted)
    .map(([name, narrowing]) => {
      const where = isIn(conditions, narrowing, once).join(' and ');
      return `pg_catalog.count(*) filter (where ${where}) as "${name}"`;
    })
    .join(',\n  ');
}

/** What a part stands for, to two digits: the others would be chance. */
function wholeOf(count: number, percent: number): number {
  return percent === 100 ? count : Number(((count * 100) / percent).toPrecision(2));
}
