import type { Executor } from 'keystamp/database';

const text = `update keystamp.oidc_sign_ins set spent_at = pg_catalog.now()
  where state_hash = $1 and browser_hash = $2 and spent_at is null
    and begun_at > pg_catalog.now() - interval '10 minutes'
  returning next_path`;

/**
 * Where to go on after a sign-in that this browser began within ten minutes, which is spent by it; null: there is none.
 * Two at once: the second waits, and finds it spent.
 */
export async function spendOidcSignIn(
  executor: Executor,
  stateHash: Buffer,
  browserHash: Buffer,
): Promise<string | null> {
  const { rows } = await executor.query<{ next_path: string }>(text, [stateHash, browserHash]);
  return rows[0]?.next_path ?? null;
}
