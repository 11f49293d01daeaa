import type { Executor } from 'keystamp/database';

const text = 'delete from keystamp.oidc_sign_ins where state_hash = $1';

/** A sign-in that succeeded does not count against its network. */
export async function deleteOidcSignIn(executor: Executor, stateHash: Buffer): Promise<void> {
  await executor.query(text, [stateHash]);
}
