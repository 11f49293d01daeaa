import type { Executor } from 'keystamp/database';
import type { OidcSubject } from './oidc-subject.js';
import { sweepSessions } from './sweep-sessions.js';

/** The lock makes it wait for who deactivates the user, and them for it, so that no session outlives that. */
const text = `with signed_in as (
    select user_id from keystamp.oidc_subjects where issuer = $2 and subject = $3
  ), ${sweepSessions('(select user_id from signed_in)')}
  insert into keystamp.sessions (id_hash, user_id)
  select $1, u.id from keystamp.users u
    join keystamp.oidc_subjects s on s.user_id = u.id
  where s.issuer = $2 and s.subject = $3 and u.is_active
  for share of u
  returning user_id`;

/** Begins a session of the user whom the subject is bound to; null: there is none, or the user is deactivated. */
export async function insertSessionBySubject(
  executor: Executor,
  idHash: Buffer,
  { issuer, subject }: OidcSubject,
): Promise<string | null> {
  const { rows } = await executor.query<{ user_id: string }>(text, [idHash, issuer, subject]);
  return rows[0]?.user_id ?? null;
}
