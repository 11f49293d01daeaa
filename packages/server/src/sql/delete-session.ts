import type { Executor } from 'keystamp/database';

const text = 'delete from keystamp.sessions where id_hash = $1';

export async function deleteSession(executor: Executor, idHash: Buffer): Promise<void> {
  await executor.query(text, [idHash]);
}
