import type { Executor } from 'keystamp/database';

const text = 'update keystamp.users set password_hash = $3 where id = $1 and password_hash = $2';

/** False: the password is not the one that was verified any more. */
export async function replacePasswordHash(
  executor: Executor,
  userId: string,
  oldHash: string,
  newHash: string,
): Promise<boolean> {
  const { rowCount } = await executor.query(text, [userId, oldHash, newHash]);
  return rowCount === 1;
}
