import type { Executor } from '../database/database.js';
import { type KeyHash, keyHashBytes } from '../key-format/api-key.js';
import { statusSql } from '../model/status.js';
import { byActor } from './actor.js';
import { type ChangedKey, type ChangedRow, toChangedKey } from './changed-key.js';
import { keyColumns } from './key-columns.js';

export interface Reissue {
  readonly id: string;
  /** As the key was made; a key that differs now stays as it is. */
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly keyPrefix: string;
  readonly keyHash: KeyHash;
}

/** A key with a new text, and the bucket of the text that has stopped. */
export interface ReissuedKey extends ChangedKey {
  readonly oldKeyBucket: number;
}

// A key that was used, revoked, disabled, replaced, moved or given other scopes since it was made matches no row.
const text = `with held as (
  select k.id, keystamp.bucket_of(k.key_hash) as old_key_bucket
  from keystamp.api_keys k join keystamp.users u on u.id = k.user_id
  where k.id = $1 and k.user_id = $2 and k.scopes operator(pg_catalog.=) $3::text[]
    and k.last_used_at is null and k.successor_id is null and ${statusSql} not in ('revoked', 'expired', 'disabled')
  for no key update of k
),
k as (
  update keystamp.api_keys k set key_prefix = $4, key_hash = $5
  from held where k.id = held.id and k.last_used_at is null and ${byActor('$6')}
  returning k.*, held.old_key_bucket
)
select ${keyColumns}, keystamp.bucket_of(k.key_hash) as key_bucket, k.old_key_bucket
from k join keystamp.users u on u.id = k.user_id`;

/** Replaces the text of a key that was never used. Null: there is no such key that may be given one. */
export async function reissueKey(
  executor: Executor,
  key: Reissue,
  actor: string,
): Promise<ReissuedKey | null> {
  const { rows } = await executor.query<ChangedRow & { old_key_bucket: number }>(text, [
    key.id,
    key.userId,
    key.scopes,
    key.keyPrefix,
    keyHashBytes(key.keyHash),
    actor,
  ]);
  const [row] = rows;
  return row === undefined ? null : { ...toChangedKey(row), oldKeyBucket: row.old_key_bucket };
}
