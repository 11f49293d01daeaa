import type { Executor } from 'keystamp';

const text = `select count(*)::int as count from pg_stat_activity
  where datname = current_database() and application_name = 'keystamp' and pid <> pg_backend_pid()`;

/** Connections of instances to this database, but for the one that asks. Each has at least one, which listens. */
export async function countOtherConnections(executor: Executor): Promise<number> {
  const { rows } = await executor.query<{ count: number }>(text);
  return rows[0]?.count ?? 0;
}
