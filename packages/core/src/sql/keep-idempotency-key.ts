import type { Executor } from '../database/database.js';

// Removes at most 100 old rows a time: each request that adds a row removes more than one, so that the table stays small.
const text = `with swept as (
  delete from keystamp.idempotency_keys where value_hash in (
    select value_hash from keystamp.idempotency_keys
    where created_at < pg_catalog.now() - interval '24 hours'
    order by created_at limit 100
    for update skip locked
  )
)
update keystamp.idempotency_keys set key_id = $2 where value_hash = $1`;

/** Notes which key the request made, and removes some rows that are over a day old. */
export async function keepIdempotencyKey(
  executor: Executor,
  valueHash: Uint8Array,
  keyId: string,
): Promise<void> {
  await executor.query(text, [valueHash, keyId]);
}
