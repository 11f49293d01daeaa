import type { Executor } from 'keystamp/database';

/** A success clears the account at this address or browser, and takes back its own attempt from the networks. */
const text = `with cleared as (delete from keystamp.sign_in_failures where subject = $1)
  update keystamp.sign_in_failures set failures = greatest(failures - 1, 0) where subject = any($2::bytea[])`;

export async function forgiveSignInAttempt(
  executor: Executor,
  account: Uint8Array,
  networks: readonly Uint8Array[],
): Promise<void> {
  const subjects = networks.map((network) => Buffer.from(network));
  await executor.query(text, [Buffer.from(account), subjects]);
}
