import type { ServerContext } from '../context.js';
import { HttpProblem } from '../problem.js';
import { findUserToSignIn } from '../sql/find-user-to-sign-in.js';
import { insertSession } from '../sql/insert-session.js';
import type { UserRow } from '../sql/user-row.js';
import { hashSecret, newSecret } from './session-id.js';
import { beginSignInAttempt } from './sign-in-limits.js';

export interface SignedIn {
  readonly user: UserRow;
  /** For the cookie; the database holds only its hash. */
  readonly sessionId: string;
}

/** Begins a session. One refusal for every reason: wrong address, wrong password, deactivated, no password. */
export async function signIn(
  context: ServerContext,
  { email, password }: { email: string; password: string },
  network: string,
): Promise<SignedIn> {
  const { keystamp, passwords, signInLimits } = context;
  const attempt = await beginSignInAttempt(keystamp.database, signInLimits, email, network);
  const user = await findUserToSignIn(keystamp.database, email);
  const hash = user?.password_hash ?? null;
  const proved = await passwords.verify(password, hash);
  const sessionId = newSecret();
  const begun =
    proved &&
    user !== null &&
    hash !== null &&
    (await insertSession(keystamp.database, hashSecret(sessionId), user.id, hash));
  if (!begun) throw new HttpProblem(401, 'The address or the password is wrong.');
  await attempt.forgive();
  return { user, sessionId };
}
