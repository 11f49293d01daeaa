import type { Executor } from 'keystamp/database';

const text = `insert into keystamp.setup_tokens (token_hash, expires_at) values ($1, pg_catalog.now() + interval '1 hour')
  on conflict (only_row) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at`;

/** From now on only this token counts, for an hour. */
export async function replaceSetupToken(executor: Executor, tokenHash: Buffer): Promise<void> {
  await executor.query(text, [tokenHash]);
}
