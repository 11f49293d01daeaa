import type { Executor } from '../database/database.js';
import type { BulkRevocation, RevokeApiKeyInput } from '../model/bulk-revocation.js';
import { latestTimeSql } from './clamp-time.js';

interface RevokedRow {
  at: number;
  outcome: BulkRevocation['outcome'];
  key_prefix: string | null;
  key_bucket: number | null;
}

// A use counts where it is stored or, newer, where the sender alone knows it. Rows are locked in the order of the ids, so
// that two bulk revocations never deadlock. Times compare by the millisecond, and nothing is after the latest time: that is
// what the caller was shown. Where that is ahead of the database's clock it was nobody's use, and every use came after it. The
// outcome of a row is read after its lock is held.
const text = `with asked as materialized (
  select a.at, a.id, a.seen_at, pg_catalog.to_timestamp(a.used_ms / 1000::float8) as used_at
  from unnest($1::uuid[], $2::timestamptz[], $4::float8[]) with ordinality as a (id, seen_at, used_ms, at)
), held as materialized (
  select k.id, k.key_hash, k.key_prefix, a.at, k.revoked_at is not null as is_revoked,
    greatest(k.last_used_at, a.used_at) is not null and (a.seen_at is null
      or greatest(k.last_used_at, a.used_at) >= a.seen_at + interval '1 millisecond' and a.seen_at < ${latestTimeSql}
      or a.seen_at > pg_catalog.clock_timestamp() and (k.last_used_at < a.seen_at or a.used_at is not null)) as used_meanwhile
  from asked a join keystamp.api_keys k on k.id = a.id
  where $3::text is null or k.user_id = $3
  order by k.id
  for no key update of k
), revoked as (
  update keystamp.api_keys k set revoked_at = pg_catalog.clock_timestamp()
  from held h where k.id = h.id and not h.is_revoked and not h.used_meanwhile
    and ($3::text is null or k.user_id = $3)
  returning k.id
)
select a.at::int as at, h.key_prefix, case when r.id is not null then keystamp.bucket_of(h.key_hash) end as key_bucket,
  case
    when r.id is not null then 'revoked'
    when h.id is null then 'not_found'
    when h.is_revoked then 'already'
    else 'used_meanwhile'
  end as outcome
from asked a left join held h on h.at = a.at left join revoked r on r.id = h.id
order by a.at`;

/**
 * One row per given key, in order; `keyBuckets` are those of the revoked. `newestUses` are uses that may not be stored
 * yet, by the id, in epoch ms.
 */
export async function revokeKeys(
  executor: Executor,
  keys: readonly RevokeApiKeyInput[],
  newestUses: ReadonlyMap<string, number>,
  userId: string | null,
): Promise<{ outcomes: BulkRevocation[]; keyBuckets: number[] }> {
  const { rows } = await executor.query<RevokedRow>(text, [
    keys.map((key) => key.id),
    keys.map((key) => key.lastUsedAt),
    userId,
    keys.map((key) => newestUses.get(key.id) ?? null),
  ]);
  return {
    outcomes: rows.map((row) => ({
      id: (keys[row.at - 1] as RevokeApiKeyInput).id,
      keyPrefix: row.key_prefix,
      outcome: row.outcome,
    })),
    keyBuckets: rows.flatMap(({ key_bucket }) => (key_bucket === null ? [] : [key_bucket])),
  };
}
