import type { Executor } from '../database/database.js';

// In the order of the places, so that two that hold many never deadlock.
const text = `select pg_catalog.pg_advisory_xact_lock(a.place) from (
  select distinct pg_catalog.hashtextextended(pg_catalog.lower(t.id), 0) as place
  from pg_catalog.unnest($1::text[]) as t (id)
  order by 1
) a`;

/**
 * Holds, until the transaction ends, the ids that an address could be, whatever the case of their letters: no user is added by
 * such an address meanwhile. A statement of its own, so that the next one sees who was added before. As the server's `lock-address.ts`.
 */
export async function lockAddresses(executor: Executor, ids: readonly string[]): Promise<void> {
  const addresses = ids.filter((id) => id.includes('@'));
  if (addresses.length > 0) await executor.query(text, [addresses]);
}
