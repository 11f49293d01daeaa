import type { Executor } from 'keystamp';

/**
 * Counts an attempt as failed before it is judged, so that many at once cannot slip below a limit. Sweeps a few
 * windows that are long over, past locked rows: two sign-ins never wait for each other's sweep.
 */
const text = `with swept as (
    delete from keystamp.sign_in_failures where subject in (
      select subject from keystamp.sign_in_failures
      where window_started_at < now() - interval '1 hour' and subject <> $1
      order by window_started_at limit 10 for update skip locked)
  )
  insert into keystamp.sign_in_failures as f (subject, failures) values ($1, 1)
  on conflict (subject) do update set
    failures = case when f.window_started_at > now() - interval '15 minutes' then least(f.failures + 1, 1000000) else 1 end,
    window_started_at = case when f.window_started_at > now() - interval '15 minutes' then f.window_started_at else now() end
  returning failures,
    ceil(extract(epoch from window_started_at + interval '15 minutes' - now()))::int as seconds_left`;

export interface CountedAttempt {
  /** Failures in the window, this one included. */
  readonly failures: number;
  /** Until the window is over. */
  readonly secondsLeft: number;
}

export async function countSignInAttempt(
  executor: Executor,
  subject: Buffer,
): Promise<CountedAttempt> {
  const { rows } = await executor.query<{ failures: number; seconds_left: number }>(text, [
    subject,
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error('the attempt was not counted');
  return { failures: row.failures, secondsLeft: Math.max(row.seconds_left, 1) };
}
