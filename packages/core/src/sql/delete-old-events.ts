import type { Executor } from '../database/database.js';

/** Rows of one statement: few enough that it is short. */
export const MAX_DELETED_EVENTS = 1_000;

// `now()` does not change within a statement, and so the index on `at` finds the rows. Those that another instance deletes
// right now are left to it.
const text = `with old as materialized (
  select e.id from keystamp.key_events e
  where e.at < pg_catalog.now() - $1::float8 * interval '24 hours'
  order by e.at
  limit ${MAX_DELETED_EVENTS}
  for update skip locked
)
delete from keystamp.key_events e using old where e.id = old.id`;

/** Deletes the oldest events that are over so many days old, 1,000 at most. How many it deleted. */
export async function deleteOldEvents(executor: Executor, days: number): Promise<number> {
  const { rowCount } = await executor.query(text, [days]);
  return rowCount ?? 0;
}
