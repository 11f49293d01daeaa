import type { Executor } from '../database/database.js';
import { conditionsOf, type KeyFilter, usersOf } from './key-filter.js';

/** All that match, over all pages. */
export async function countKeys(executor: Executor, filter: KeyFilter): Promise<number> {
  const conditions = conditionsOf(filter);
  const { rows } = await executor.query<{ count: string }>(
    `select pg_catalog.count(*) as count from keystamp.api_keys k ${usersOf(filter)} ${conditions.where}`,
    conditions.params,
  );
  return Number(rows[0]?.count ?? 0);
}
