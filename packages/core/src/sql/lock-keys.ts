import type { Executor } from '../database/database.js';

// In the order of the ids, so that two that hold many keys never deadlock.
const text = `select from keystamp.api_keys k
where k.id = any($1::uuid[]) and ($2::text is null or k.user_id = $2)
order by k.id
for no key update of k`;

/** Holds the keys until the transaction ends: others' changes of them are over, or wait. */
export async function lockKeys(
  executor: Executor,
  ids: readonly string[],
  userId: string | null,
): Promise<void> {
  await executor.query(text, [ids, userId]);
}
