import type { Executor } from 'keystamp/database';

const text = `select from keystamp.setup_tokens where token_hash = $1 and expires_at > pg_catalog.now()`;

/** Whether it is the newest token, within its hour. Only spending it decides. */
export async function isSetupToken(executor: Executor, tokenHash: Buffer): Promise<boolean> {
  const { rows } = await executor.query(text, [tokenHash]);
  return rows.length === 1;
}
