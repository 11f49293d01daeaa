import type { Executor } from 'keystamp';
import type { OidcSubject } from './oidc-subject.js';

/** The lock makes it wait for who deactivates the user, and them for it, so that no session outlives that. */
const text = `with swept as (
    delete from keystamp.sessions
    where seen_at < now() - interval '12 hours' or created_at < now() - interval '7 days'
  )
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
