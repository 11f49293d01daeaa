import type { Executor } from 'keystamp/database';

const text = `select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('keystamp first administrator'))`;

/** Starting instances and set-up requests decide one after the other who the first administrator is. */
export async function lockFirstAdmin(executor: Executor): Promise<void> {
  await executor.query(text);
}
