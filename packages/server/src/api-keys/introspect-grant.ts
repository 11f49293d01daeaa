import type { Executor } from 'keystamp';
import { INTROSPECT_SCOPE } from '../contract/api-keys.js';
import { wrongField } from '../problem.js';
import { findUser } from '../sql/find-user.js';

/**
 * Refuses to name the scope that opens other users' tokens in a key of somebody who is no administrator: it would
 * never act. `held`: the scopes that the key has already.
 */
export async function demandAdminsKey(
  executor: Executor,
  userId: string,
  scopes: readonly string[],
  held: readonly string[] = [],
): Promise<void> {
  if (!scopes.includes(INTROSPECT_SCOPE) || held.includes(INTROSPECT_SCOPE)) return;
  const user = await findUser(executor, userId);
  if (user?.is_admin) return;
  throw wrongField(
    'scopes',
    `expected ${INTROSPECT_SCOPE} in a key of an administrator alone, and the key's user is none`,
  );
}
