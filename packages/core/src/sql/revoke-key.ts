import type { Executor } from '../database/database.js';
import { byActor } from './actor.js';
import { type ChangedKey, type ChangedRow, toChangedKey } from './changed-key.js';
import { keyColumns } from './key-columns.js';

// One column of a key that is not revoked yet; one that is keeps its first time.
const text = `with k as (
  update keystamp.api_keys k set revoked_at = pg_catalog.clock_timestamp()
  where k.id = $1 and ($2::text is null or k.user_id = $2) and k.revoked_at is null
    and ${byActor('$3')}
  returning *
)
select ${keyColumns}, keystamp.bucket_of(k.key_hash) as key_bucket
from k join keystamp.users u on u.id = k.user_id`;

/** Null: no such key, or it is revoked already. */
export async function revokeKey(
  executor: Executor,
  id: string,
  userId: string | null,
  actor: string,
): Promise<ChangedKey | null> {
  const { rows } = await executor.query<ChangedRow>(text, [id, userId, actor]);
  return rows[0] === undefined ? null : toChangedKey(rows[0]);
}
