import { SESSION_IDLE_HOURS } from 'keystamp/rules';

/** Sessions that a user may have at once, the new one included. The oldest end. */
export const MAX_SESSIONS_PER_USER = 50;
/** Rows of each kind that one sign-in removes at most, so that no sign-in waits for many. */
const MAX_SWEPT = 20;

/**
 * Clauses of a `with`: they remove sessions that are over, and the oldest of the user `userId`, so that with a new one
 * `MAX_SESSIONS_PER_USER` stay. Locked rows are left to the next sign-in. `userId` is an SQL expression of type text.
 */
export function sweepSessions(userId: string): string {
  return `over as (
    delete from keystamp.sessions where id_hash in (
      select id_hash from keystamp.sessions
      where seen_at < pg_catalog.now() - interval '${SESSION_IDLE_HOURS} hours'
      order by seen_at limit ${MAX_SWEPT} for update skip locked)
  ), oldest as (
    delete from keystamp.sessions where id_hash in (
      select id_hash from keystamp.sessions where user_id = ${userId}
      order by created_at desc offset ${MAX_SESSIONS_PER_USER - 1} limit ${MAX_SWEPT} for update skip locked)
  )`;
}
