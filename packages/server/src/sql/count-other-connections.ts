import type { Executor } from 'keystamp/database';

const text = `select pg_catalog.count(*)::int as count from pg_catalog.pg_stat_activity
  where datname = pg_catalog.current_database() and application_name = 'keystamp' and pid <> pg_catalog.pg_backend_pid()`;

/** Connections of instances to this database, but for the one that asks. Each has at least one, which listens. */
export async function countOtherConnections(executor: Executor): Promise<number> {
  const { rows } = await executor.query<{ count: number }>(text);
  return rows[0]?.count ?? 0;
}
