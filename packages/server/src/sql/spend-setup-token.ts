import type { Executor } from 'keystamp/database';

const text = `delete from keystamp.setup_tokens where token_hash = $1 and expires_at > pg_catalog.now()`;

/** False: it is not the newest one, or its hour is over. Two at once: the second waits, and finds it spent. */
export async function spendSetupToken(executor: Executor, tokenHash: Buffer): Promise<boolean> {
  const { rowCount } = await executor.query(text, [tokenHash]);
  return rowCount === 1;
}
