import type { Executor } from 'keystamp/database';
import type { OidcSubject } from './oidc-subject.js';

/**
 * The second comparison folds the case of ASCII alone: some databases lower-case other letters into ASCII (the Kelvin
 * sign is k), and who owns the one address does not own the other.
 */
const text = `with found as (
    select u.id from keystamp.users u
    where pg_catalog.lower(u.email) = pg_catalog.lower($3) and pg_catalog.lower(u.email collate "C") = pg_catalog.lower($3 collate "C") and u.is_active
    for share
  ), bound as (
    insert into keystamp.oidc_subjects (issuer, subject, user_id) select $1, $2, id from found
    on conflict do nothing
    returning user_id
  )
  select (select id from found) is not null as is_found, (select user_id from bound) is not null as is_bound`;

/**
 * Binds a subject to the active user of an address that the provider has verified. `unknown`: there is no such user.
 * `taken`: the user has another subject at this provider, or the subject was bound at the same moment.
 */
export async function bindOidcSubject(
  executor: Executor,
  { issuer, subject }: OidcSubject,
  email: string,
): Promise<'bound' | 'unknown' | 'taken'> {
  const { rows } = await executor.query<{ is_found: boolean; is_bound: boolean }>(text, [
    issuer,
    subject,
    email,
  ]);
  if (rows[0]?.is_bound) return 'bound';
  return rows[0]?.is_found ? 'taken' : 'unknown';
}
