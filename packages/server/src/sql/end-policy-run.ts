import type { Executor } from 'keystamp/database';

const text = `update keystamp.policy_run set done_at = pg_catalog.clock_timestamp() where began_at = $1::timestamptz`;

/** Books that the run is done, unless another instance took it for cut off. */
export async function endPolicyRun(executor: Executor, beganAt: string): Promise<void> {
  await executor.query(text, [beganAt]);
}
