import type { Executor } from 'keystamp/database';

const text = 'select password_hash from keystamp.users where id = $1';

/** Null: no password is set. */
export async function readPasswordHash(executor: Executor, userId: string): Promise<string | null> {
  const { rows } = await executor.query<{ password_hash: string | null }>(text, [userId]);
  return rows[0]?.password_hash ?? null;
}
