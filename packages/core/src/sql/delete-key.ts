import type { Executor } from '../database/database.js';
import { byActor } from './actor.js';
import { type ChangedKey, type ChangedRow, toChangedKey } from './changed-key.js';
import { keyColumns } from './key-columns.js';

const text = `with k as (
  delete from keystamp.api_keys k
  where k.id = $1 and ($2::text is null or k.user_id = $2)
    and ${byActor('$3')}
  returning *
)
select ${keyColumns}, keystamp.bucket_of(k.key_hash) as key_bucket
from k join keystamp.users u on u.id = k.user_id`;

/** The key as it was. Null: no such key. */
export async function deleteKey(
  executor: Executor,
  id: string,
  userId: string | null,
  actor: string,
): Promise<ChangedKey | null> {
  const { rows } = await executor.query<ChangedRow>(text, [id, userId, actor]);
  return rows[0] === undefined ? null : toChangedKey(rows[0]);
}
