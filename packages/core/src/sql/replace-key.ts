import type { Executor } from '../database/database.js';
import { byActor } from './actor.js';
import { type ChangedKey, type ChangedRow, toChangedKey } from './changed-key.js';
import { keyColumns } from './key-columns.js';

const hold = `select ${keyColumns}, keystamp.bucket_of(k.key_hash) as key_bucket
from keystamp.api_keys k join keystamp.users u on u.id = k.user_id
where k.id = $1 and ($2::text is null or k.user_id = $2)
for no key update of k`;

const replace = `update keystamp.api_keys
set successor_id = $2, expires_at = least(expires_at, pg_catalog.clock_timestamp() + $3::float8 * interval '1 second')
where id = $1 and ${byActor('$4')}`;

/** The key as it is, held until the transaction ends. Null: no such key. */
export async function lockKey(
  executor: Executor,
  id: string,
  userId: string | null,
): Promise<ChangedKey | null> {
  const { rows } = await executor.query<ChangedRow>(hold, [id, userId]);
  return rows[0] === undefined ? null : toChangedKey(rows[0]);
}

/** Gives a key its successor, and lets it end at the earlier of its expiry and now + grace. */
export async function replaceKey(
  executor: Executor,
  id: string,
  successorId: string,
  graceSeconds: number,
  actor: string,
): Promise<void> {
  await executor.query(replace, [id, successorId, graceSeconds, actor]);
}
