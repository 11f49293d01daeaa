import type { Executor } from 'keystamp/database';
import { deleteOidcSignIn } from '../../sql/delete-oidc-sign-in.js';
import { insertOidcSignIn } from '../../sql/insert-oidc-sign-in.js';
import { spendOidcSignIn } from '../../sql/spend-oidc-sign-in.js';
import { hashSecret } from '../sessions/session-id.js';
import { OidcRefusal } from './failure.js';

/** Sign-ins of one network that may be under way, or have failed, in ten minutes: strangers cannot fill the table. */
export const MAX_BEGUN = 100;

export interface BegunSignIn {
  readonly browserSecret: string;
  readonly state: string;
}

/** Keeps a sign-in until the browser comes back to any instance. Throws an `OidcRefusal`. */
export async function keepSignIn(
  executor: Executor,
  { browserSecret, state }: BegunSignIn,
  { network, nextPath }: { network: string; nextPath: string },
): Promise<void> {
  const row = {
    stateHash: hashSecret(state),
    browserHash: hashSecret(browserSecret),
    network,
    nextPath,
  };
  if (!(await insertOidcSignIn(executor, row, MAX_BEGUN))) throw new OidcRefusal('too_many');
}

/** Where to go on after it. Once only, for the browser that began it. Throws an `OidcRefusal`. */
export async function takeSignIn(
  executor: Executor,
  { browserSecret, state }: BegunSignIn,
): Promise<string> {
  const nextPath = await spendOidcSignIn(executor, hashSecret(state), hashSecret(browserSecret));
  return nextPath ?? rejectExpired();
}

/** It succeeded: it does not count against its network any more. */
export function forgetSignIn(executor: Executor, { state }: BegunSignIn): Promise<void> {
  return deleteOidcSignIn(executor, hashSecret(state));
}

export function rejectExpired(): never {
  throw new OidcRefusal('expired');
}
