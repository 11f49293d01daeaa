import type { Executor } from 'keystamp';

/** A success clears the account at this address or browser, and takes back its own attempt from the address. */
const text = `with cleared as (delete from keystamp.sign_in_failures where subject = $1)
  update keystamp.sign_in_failures set failures = greatest(failures - 1, 0) where subject = $2`;

export async function forgiveSignInAttempt(
  executor: Executor,
  account: Uint8Array,
  network: Uint8Array | null,
): Promise<void> {
  await executor.query(text, [
    Buffer.from(account),
    network === null ? null : Buffer.from(network),
  ]);
}
