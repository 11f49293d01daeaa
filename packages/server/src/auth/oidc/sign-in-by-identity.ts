import { type Database, inTransaction, type Session } from 'keystamp/database';
import { bindOidcSubject } from '../../sql/bind-oidc-subject.js';
import { insertSessionBySubject } from '../../sql/insert-session-by-subject.js';
import { isOidcSubjectBound } from '../../sql/is-oidc-subject-bound.js';
import { hashSecret, newSecret } from '../sessions/session-id.js';
import { OidcRefusal } from './failure.js';
import type { Identity } from './provider.js';

export interface SignedInByIdentity {
  readonly userId: string;
  /** For the cookie; the database holds only its hash. */
  readonly sessionId: string;
  /** The subject was bound to the user by this sign-in. */
  readonly isFirst: boolean;
}

/**
 * Begins a session of the user whom the identity means: whom its subject is bound to, else the active user of its
 * verified address, to whom it is bound from now on. Makes nobody; throws an `OidcRefusal`.
 */
export async function signInByIdentity(
  database: Database,
  identity: Identity,
): Promise<SignedInByIdentity> {
  const isFirst = !(await isOidcSubjectBound(database, identity));
  // Asks the provider, and so stands before the transaction.
  const email = isFirst ? await identity.verifiedEmail() : null;
  if (isFirst && email === null) throw new OidcRefusal('unverified');
  const sessionId = newSecret();
  const userId = await inTransaction(database, async (session) => {
    if (email !== null) await bind(session, identity, email);
    return insertSessionBySubject(session, hashSecret(sessionId), identity);
  });
  if (userId === null) throw new OidcRefusal('no_account');
  return { userId, sessionId, isFirst };
}

async function bind(session: Session, identity: Identity, email: string): Promise<void> {
  const outcome = await bindOidcSubject(session, identity, email);
  if (outcome === 'unknown') throw new OidcRefusal('no_account');
  if (outcome === 'bound' || (await isOidcSubjectBound(session, identity))) return;
  throw new OidcRefusal('other_identity');
}
