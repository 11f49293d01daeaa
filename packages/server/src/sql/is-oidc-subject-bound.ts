import type { Executor } from 'keystamp/database';
import type { OidcSubject } from './oidc-subject.js';

const text = 'select from keystamp.oidc_subjects where issuer = $1 and subject = $2';

export async function isOidcSubjectBound(
  executor: Executor,
  { issuer, subject }: OidcSubject,
): Promise<boolean> {
  const { rows } = await executor.query(text, [issuer, subject]);
  return rows.length === 1;
}
