import type { Executor } from '../database/database.js';
import type { BulkOutcome, SeenApiKey } from '../model/bulk-change.js';
import { byActor } from './actor.js';
import { latestTimeSql } from './clamp-time.js';
import { isKeptSql, isStaleSql, type StaleAfter } from './stale-keys.js';

interface StoppedRow {
  at: number;
  outcome: StoppedKey['outcome'];
  key_prefix: string | null;
  key_bucket: number | null;
}

/** How a key is stopped, the column that says so, and the condition of a key that is stopped already. */
const STOPS = {
  revoked: { column: 'revoked_at', isStopped: 'k.revoked_at is not null' },
  disabled: {
    column: 'disabled_at',
    isStopped: '(k.disabled_at is not null or k.revoked_at is not null)',
  },
} as const;

export type Stop = keyof typeof STOPS;

/** What became of a key. `changed_meanwhile`: it is not stale, or its metadata keeps it; only where a rule says what is stale. */
export interface StoppedKey<S extends Stop = Stop> {
  readonly id: string;
  readonly keyPrefix: string | null;
  readonly outcome: BulkOutcome<S>['outcome'] | 'changed_meanwhile';
}

/** Stops what the caller names, stale or not. */
export const ANY_AGE: StaleAfter = { unusedDays: null, disabledDays: null };

const newestUse = 'greatest(k.last_used_at, a.used_at)';

// A use counts where it is stored or, newer, where the sender alone knows it. Rows are locked in the order of the ids, so
// that two bulk changes never deadlock. Times compare by the millisecond, and nothing is after the latest time: that is
// what the caller was shown. Where that is ahead of the database's clock it was nobody's use, and every use came after it. The
// outcome of a row is read after its lock is held.
const textOf = (stop: Stop) => `with asked as materialized (
  select a.at, a.id, a.seen_at, pg_catalog.to_timestamp(a.used_ms / 1000::float8) as used_at
  from unnest($1::uuid[], $2::timestamptz[], $4::float8[]) with ordinality as a (id, seen_at, used_ms, at)
), held as materialized (
  select k.id, k.key_hash, k.key_prefix, a.at, ${STOPS[stop].isStopped} as is_stopped,
    ${newestUse} is not null and (a.seen_at is null
      or ${newestUse} >= a.seen_at + interval '1 millisecond' and a.seen_at < ${latestTimeSql}
      or a.seen_at > pg_catalog.clock_timestamp() and (k.last_used_at < a.seen_at or a.used_at is not null)) as used_meanwhile,
    ($6::float8 is not null or $7::float8 is not null)
      and (${isKeptSql} or not (${isStaleSql('$6', '$7', newestUse)})) as changed_meanwhile
  from asked a join keystamp.api_keys k on k.id = a.id
  where $3::text is null or k.user_id = $3
  order by k.id
  for no key update of k
), stopped as (
  update keystamp.api_keys k set ${STOPS[stop].column} = pg_catalog.clock_timestamp()
  from held h where k.id = h.id and not h.is_stopped and not h.used_meanwhile and not h.changed_meanwhile
    and ($3::text is null or k.user_id = $3) and ${byActor('$5')}
  returning k.id
)
select a.at::int as at, h.key_prefix, case when r.id is not null then keystamp.bucket_of(h.key_hash) end as key_bucket,
  case
    when r.id is not null then '${stop}'
    when h.id is null then 'not_found'
    when h.is_stopped then 'already'
    when h.used_meanwhile then 'used_meanwhile'
    else 'changed_meanwhile'
  end as outcome
from asked a left join held h on h.at = a.at left join stopped r on r.id = h.id
order by a.at`;

const texts: Record<Stop, string> = { revoked: textOf('revoked'), disabled: textOf('disabled') };

/**
 * One row per given key, in order; `keyBuckets` are those of the keys that it stopped. `newestUses` are uses that may not be stored
 * yet, by the id, in epoch ms.
 */
export async function stopKeys<S extends Stop>(
  executor: Executor,
  stop: S,
  keys: readonly SeenApiKey[],
  newestUses: ReadonlyMap<string, number>,
  userId: string | null,
  actor: string,
  staleAfter: StaleAfter = ANY_AGE,
): Promise<{ outcomes: StoppedKey<S>[]; keyBuckets: number[] }> {
  const { rows } = await executor.query<StoppedRow>(texts[stop], [
    keys.map((key) => key.id),
    keys.map((key) => key.lastUsedAt),
    userId,
    keys.map((key) => newestUses.get(key.id) ?? null),
    actor,
    staleAfter.unusedDays,
    staleAfter.disabledDays,
  ]);
  return {
    outcomes: rows.map((row) => ({
      id: (keys[row.at - 1] as SeenApiKey).id,
      keyPrefix: row.key_prefix,
      outcome: row.outcome as StoppedKey<S>['outcome'],
    })),
    keyBuckets: rows.flatMap(({ key_bucket }) => (key_bucket === null ? [] : [key_bucket])),
  };
}
