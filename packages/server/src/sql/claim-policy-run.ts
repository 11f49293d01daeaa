import type { Executor } from 'keystamp/database';

// A run that did not end within an hour was cut off. One that began in the future was booked by a clock that was wrong.
const text = `update keystamp.policy_run set began_at = pg_catalog.clock_timestamp(), done_at = null
where began_at is null
  or began_at <= pg_catalog.clock_timestamp() - case when done_at is null then interval '1 hour' else interval '24 hours' end
  or began_at > pg_catalog.clock_timestamp() + interval '1 hour'
returning began_at::text as began_at`;

/** Takes the run of this day, for one instance of all. What ends it; null: it is not due, or another instance has it. */
export async function claimPolicyRun(executor: Executor): Promise<string | null> {
  const { rows } = await executor.query<{ began_at: string }>(text);
  return rows[0]?.began_at ?? null;
}
