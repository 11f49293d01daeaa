import type { Executor } from '../database/database.js';

// Only a statement on keys or their history: after a fail-over the number can be another server's, and a stranger's there.
const text = `select pg_catalog.pg_cancel_backend(pid) from pg_catalog.pg_stat_activity
where pid = $1 and state = 'active' and (query like '%keystamp.api_keys%' or query like '%keystamp.key_events%')`;

/** Ends the statement that a backend is stuck in. */
export async function cancelStatement(executor: Executor, backendPid: number): Promise<void> {
  await executor.query(text, [backendPid]);
}
