import type { Executor } from '../database/database.js';

const text = 'select keystamp.probe_listeners($1::text)';

/** Makes a change of both tables that touches no row. Listeners hear of it as `k<token>` and `u<token>`. */
export async function probeListeners(executor: Executor, token: string): Promise<void> {
  await executor.query(text, [token]);
}
