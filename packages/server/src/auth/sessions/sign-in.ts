import type { ServerContext } from '../../context.js';
import { siteOf } from '../../http/client-network.js';
import { Refusal } from '../../rules/refusal.js';
import { insertSession } from '../../sql/insert-session.js';
import type { User } from '../../sql/user.js';
import type { Turn } from './fair-queue.js';
import { type Account, knownBrowser, nameBrowser } from './known-browser.js';
import { hashSecret, newSecret } from './session-id.js';

export interface SignedIn {
  readonly user: User;
  /** For the cookie; the database holds only its hash. */
  readonly sessionId: string;
  /** For the cookie by which the browser is known from now on; null: it is known already. */
  readonly browserCookie: string | null;
}

export interface SignInFrom {
  readonly network: string;
  /** As the browser sent it; null: none. */
  readonly browserCookie: string | null;
}

/** Begins a session. One refusal for every reason: wrong address, wrong password, deactivated, no password. */
export async function signIn(
  context: ServerContext,
  { email, password }: { email: string; password: string },
  { network, browserCookie }: SignInFrom,
): Promise<SignedIn> {
  const { attempts, keystamp, passwords, usersToSignIn } = context;
  if (browserCookie === null) await attempts.rejectNetwork(network);
  const found = await usersToSignIn.read(email);
  const user = found?.user ?? null;
  const hash = found?.passwordHash ?? null;
  const account = user === null || hash === null ? null : { id: user.id, passwordHash: hash };
  const browser = account === null ? null : knownBrowser(browserCookie, account);
  const from = { account: email, userId: user?.id ?? null, network, browser };
  const attempt = await attempts.begin(from);
  const proved = await passwords.verify(password, hash, turnOf(network, browser, account));
  const sessionId = newSecret();
  const begun =
    proved &&
    user !== null &&
    account !== null &&
    (await insertSession(
      keystamp.database,
      hashSecret(sessionId),
      account.id,
      account.passwordHash,
    ));
  if (!begun) {
    const refusal = new Refusal('wrong_credentials', 'The address or the password is wrong.');
    throw refusal.countedAs('sign_in_failed', user?.id ?? null);
  }
  await attempt.forgive();
  return { user, sessionId, browserCookie: browser === null ? nameBrowser(account) : null };
}

/** A flood of password checks from unknown browsers or other networks does not delay anybody else. */
function turnOf(network: string, browser: string | null, account: Account | null): Turn {
  if (browser !== null && account !== null) return { lane: 'known', group: account.id };
  return { lane: 'stranger', group: siteOf(network) ?? network };
}
