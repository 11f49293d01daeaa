import { type Database, inTransaction } from 'keystamp/database';
import { deleteSetupToken } from '../../sql/delete-setup-token.js';
import { hasActiveAdmin } from '../../sql/has-active-admin.js';
import { insertUser } from '../../sql/insert-user.js';
import { lockFirstAdmin } from '../../sql/lock-first-admin.js';
import { replaceSetupToken } from '../../sql/replace-setup-token.js';
import { spendSetupToken } from '../../sql/spend-setup-token.js';
import type { User } from '../../sql/user.js';
import { hashSecret, newSecret } from '../sessions/session-id.js';

/** `done`: there is an administrator already. `taken`: the address is another user's. */
export type FirstAdmin =
  | { readonly outcome: 'made'; readonly user: User }
  | { readonly outcome: 'done' }
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'wrong_token' };

interface FirstAdminInput {
  readonly email: string;
  readonly passwordHash: string;
  /** Null: the environment asks, which needs none. */
  readonly token: string | null;
}

/** Makes the first administrator, where there is none. Of several at once one succeeds. */
export async function makeFirstAdmin(
  database: Database,
  { email, passwordHash, token }: FirstAdminInput,
): Promise<FirstAdmin> {
  return inTransaction(database, async (session): Promise<FirstAdmin> => {
    await lockFirstAdmin(session);
    if (await hasActiveAdmin(session)) return { outcome: 'done' };
    if (token !== null && !(await spendSetupToken(session, hashSecret(token)))) {
      return { outcome: 'wrong_token' };
    }
    const user = await insertUser(session, { email, name: null, passwordHash, isAdmin: true });
    if (user === null) {
      // The link stays good for another address.
      if (token !== null) await replaceSetupToken(session, hashSecret(token));
      return { outcome: 'taken' };
    }
    await deleteSetupToken(session);
    return { outcome: 'made', user };
  });
}

/** A new set-up token, which ends every earlier one; null: there is an administrator. */
export async function issueSetupToken(database: Database): Promise<string | null> {
  return inTransaction(database, async (session) => {
    await lockFirstAdmin(session);
    if (await hasActiveAdmin(session)) return null;
    const token = newSecret();
    await replaceSetupToken(session, hashSecret(token));
    return token;
  });
}
