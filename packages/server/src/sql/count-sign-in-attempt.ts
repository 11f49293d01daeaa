import type { Executor } from 'keystamp/database';

/**
 * Counts an attempt as failed before it is judged, so that many at once cannot slip below a limit. Sweeps a few
 * windows that are long over, past locked rows: two sign-ins never wait for each other's sweep. The account is
 * lower-cased by the database, as where it is looked up: another lower case would count one account several times.
 */
const text = `with counted as (
    select pg_catalog.sha256(pg_catalog.convert_to($1::text || pg_catalog.lower($2::text), 'UTF8')) as subject
  ), swept as (
    delete from keystamp.sign_in_failures where subject in (
      select subject from keystamp.sign_in_failures
      where window_started_at < pg_catalog.now() - interval '1 hour' and subject <> (select subject from counted)
      order by window_started_at limit 10 for update skip locked)
  )
  insert into keystamp.sign_in_failures as f (subject, failures) select subject, 1 from counted
  on conflict (subject) do update set
    failures = case when f.window_started_at > pg_catalog.now() - interval '15 minutes' then least(f.failures + 1, 1000000) else 1 end,
    window_started_at = case when f.window_started_at > pg_catalog.now() - interval '15 minutes' then f.window_started_at else pg_catalog.now() end
  returning subject, failures,
    pg_catalog.ceil(extract(epoch from window_started_at + interval '15 minutes' - pg_catalog.now()))::int as seconds_left`;

/** What failures are counted by. An account is an address or an id as it was given. */
export type SignInSubject =
  | { readonly by: 'network'; readonly network: string }
  | { readonly by: 'account'; readonly network: string; readonly account: string }
  | { readonly by: 'browser'; readonly browser: string; readonly account: string };

export interface CountedAttempt {
  /** Names what was counted. */
  readonly subject: Uint8Array;
  /** Failures in the window, this one included. */
  readonly failures: number;
  /** Until the window is over. */
  readonly secondsLeft: number;
}

interface Row {
  readonly subject: Uint8Array;
  readonly failures: number;
  readonly seconds_left: number;
}

export async function countSignInAttempt(
  executor: Executor,
  subject: SignInSubject,
): Promise<CountedAttempt> {
  const { rows } = await executor.query<Row>(text, partsOf(subject));
  const [row] = rows;
  if (row === undefined) throw new Error('the attempt was not counted');
  const { failures, seconds_left } = row;
  return { subject: row.subject, failures, secondsLeft: Math.max(seconds_left, 1) };
}

/** What is hashed as it is, and the account, which the database lower-cases. */
function partsOf(subject: SignInSubject): [string, string] {
  switch (subject.by) {
    case 'network':
      return [`address\n${subject.network}`, ''];
    case 'account':
      return [`account\n${subject.network}\n`, subject.account];
    case 'browser':
      return [`browser\n${subject.browser}\n`, subject.account];
  }
}
