import type { UserApiKey } from 'keystamp';
import type { Executor } from 'keystamp/database';
import { INTROSPECT_SCOPE } from '../../contract/scopes.js';
import { Refusal, wrongField } from '../../rules/refusal.js';
import { findUser } from '../../sql/find-user.js';

/**
 * Refuses to name the scope that opens other users' tokens in a key of somebody who is no administrator: it would
 * never act. `held`: the scopes that the key has already.
 */
export async function requireAdminsKey(
  executor: Executor,
  userId: string,
  scopes: readonly string[],
  held: readonly string[] = [],
): Promise<void> {
  if (held.includes(INTROSPECT_SCOPE) || (await isGrantable(executor, userId, scopes))) return;
  throw wrongField(
    'scopes',
    `expected ${INTROSPECT_SCOPE} in a key of an administrator alone, and the key's user is none`,
  );
}

/** Refuses a successor that would get the scope again: a key with it stopped when its user ceased to be an administrator. */
export async function requireAdminsSuccessor(
  executor: Executor,
  { userId, scopes }: Pick<UserApiKey, 'userId' | 'scopes'>,
): Promise<void> {
  if (await isGrantable(executor, userId, scopes)) return;
  const message = `The scope ${INTROSPECT_SCOPE} is for keys of administrators alone, and the key's user is none: take it from the key first, or make a new key.`;
  throw new Refusal('scope_not_allowed', message);
}

/** Refuses to give a key with the scope to somebody who is no administrator. */
export async function requireAdminsMove(
  executor: Executor,
  userId: string,
  scopes: readonly string[],
): Promise<void> {
  if (await isGrantable(executor, userId, scopes)) return;
  const message = `The scope ${INTROSPECT_SCOPE} is for keys of administrators alone, and the new user is none: take it from the key first.`;
  throw new Refusal('scope_not_allowed', message);
}

async function isGrantable(
  executor: Executor,
  userId: string,
  scopes: readonly string[],
): Promise<boolean> {
  if (!scopes.includes(INTROSPECT_SCOPE)) return true;
  return (await findUser(executor, userId))?.isAdmin === true;
}
