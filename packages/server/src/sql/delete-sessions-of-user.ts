import type { Executor } from 'keystamp/database';

const text = `delete from keystamp.sessions where user_id = $1 and ($2::bytea is null or id_hash <> $2)`;

/** Ends a user's sessions, all but one where `exceptHash` names it. */
export async function deleteSessionsOfUser(
  executor: Executor,
  userId: string,
  exceptHash: Buffer | null,
): Promise<void> {
  await executor.query(text, [userId, exceptHash]);
}
