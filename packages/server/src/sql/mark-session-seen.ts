import type { Executor } from 'keystamp/database';

const text = 'update keystamp.sessions set seen_at = pg_catalog.now() where id_hash = $1';

export async function markSessionSeen(executor: Executor, idHash: Buffer): Promise<void> {
  await executor.query(text, [idHash]);
}
