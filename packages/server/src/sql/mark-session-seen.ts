import type { Executor } from 'keystamp';

const text = 'update keystamp.sessions set seen_at = now() where id_hash = $1';

export async function markSessionSeen(executor: Executor, idHash: Buffer): Promise<void> {
  await executor.query(text, [idHash]);
}
