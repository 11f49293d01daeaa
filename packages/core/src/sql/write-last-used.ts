import type { Executor } from '../database/database.js';
import { maxAheadSql } from './max-ahead.js';

/** What a flush sends: uses by the database's clock, and what the sender believes that clock to show. */
export interface Flush {
  /** In their order, so that no two flushes lock the same rows in different orders. */
  readonly ids: readonly string[];
  /** The instant of each use in epoch ms. */
  readonly usedAtMs: readonly number[];
  /** 0: write whatever is newer, window or not (an instance that stops). */
  readonly windowMs: number;
  /** A use that is newer by no more than this counts as stored. */
  readonly nearMs: number;
  /** The server that the instants were measured against. */
  readonly serverStartedMs: number;
  /** Between these two the sender holds the database's clock to be. */
  readonly earliestMs: number;
  readonly latestMs: number;
}

/**
 * Why a use was not written. `newer`: as new a one is stored, or one that is near enough. `too_soon`: the window since `storedMs` is not over.
 * `gone`: there is no such key. `locked`: another transaction holds the row.
 */
type Verdict = 'newer' | 'too_soon' | 'gone' | 'locked';

export interface Unwritten {
  /** Its place in what was sent. */
  readonly at: number;
  readonly verdict: Verdict;
  /** What is stored; null where nothing is. */
  readonly storedMs: number | null;
}

export interface FlushAnswer {
  /** False: the server or its clock is not the one that the instants were measured against; nothing was tried. */
  readonly accepted: boolean;
  readonly databaseMs: number;
  readonly serverStartedMs: number;
  /** Those not written. */
  readonly unwritten: readonly Unwritten[];
}

interface FlushRow {
  accepted: boolean;
  database_ms: number;
  server_ms: number;
  at: number | null;
  verdict: Verdict | null;
  stored_ms: number | null;
}

/** The uses that were sent, each with its place among them. None is later than the database's own now. */
const sent = `lateral (
    select s.at, s.id, least(b.now, pg_catalog.to_timestamp(s.used_ms / 1000::float8)) as used_at
    from unnest($1::uuid[], $2::float8[]) with ordinality as s (id, used_ms, at)
  ) a`;

/**
 * The one statement that sets last_used_at. It reads nothing first to decide: a row is written where nothing is stored,
 * or the stored time is older than the use (by more than what is near enough: uses of one burst on many instances would
 * else be written one after the other) and the window since it is over; rows that others hold are passed
 * over. A stored time that is ahead of the database's time is nobody's use, and any use replaces it.
 * An answer has a row for each use that was not written, and one alone where all were: only then nothing is looked up again.
 *
 * Rows are locked in the order in which they are sent, which is that of the ids. A sort here made the whole a tenth slower.
 *
 * A locked row is found again by its place, which cannot change while it is locked: a second look into the index made the whole a quarter slower.
 * The place is unique within one table only, and each partition of a partitioned `api_keys` is a table: hence `tableoid`.
 * One that another transaction changed just before it was held has a place that this statement does not see: it counts as locked.
 */
const text = `with clock as materialized (
  select pg_catalog.clock_timestamp() as now,
    (extract(epoch from pg_catalog.pg_postmaster_start_time()) * 1000::numeric)::float8 as server_ms
),
believed as materialized (
  select now, now + ${maxAheadSql} as latest, now - $3::float8 * interval '1 millisecond' as window_from,
    $7::float8 * interval '1 millisecond' as near,
    server_ms, (extract(epoch from now) * 1000::numeric)::float8 as now_ms,
    server_ms = $4::float8
      and (extract(epoch from now) * 1000::numeric)::float8 between $5::float8 and $6::float8 as accepted
  from clock
),
open as materialized (
  select a.at, k.tableoid as part, k.ctid as place, a.used_at
  from believed b cross join ${sent} join keystamp.api_keys k on k.id = a.id
  where b.accepted
    and (k.last_used_at is null or k.last_used_at > b.latest
      or (k.last_used_at < a.used_at - b.near and k.last_used_at <= b.window_from))
  for no key update of k skip locked
),
written as (
  update keystamp.api_keys k set last_used_at = o.used_at
  from open o where k.tableoid = o.part and k.ctid = o.place
  returning o.at
),
unwritten as (
  select a.at::int as at, (extract(epoch from k.last_used_at) * 1000::numeric)::float8 as stored_ms,
    case
      when k.id is null then 'gone'
      when k.last_used_at > b.latest then 'locked'
      when k.last_used_at >= a.used_at - b.near then 'newer'
      when k.last_used_at > b.window_from then 'too_soon'
      else 'locked'
    end as verdict
  from believed b cross join ${sent} left join keystamp.api_keys k on k.id = a.id
  where b.accepted and (select pg_catalog.count(*) from written) < pg_catalog.cardinality($1::uuid[])
    and not exists (select from written w where w.at = a.at)
)
select b.accepted, b.now_ms as database_ms, b.server_ms, n.at, n.verdict, n.stored_ms
from believed b left join unwritten n on true`;

export async function writeLastUsed(executor: Executor, flush: Flush): Promise<FlushAnswer> {
  const { rows } = await executor.query<FlushRow>(text, [
    arrayOf(flush.ids),
    arrayOf(flush.usedAtMs),
    flush.windowMs,
    flush.serverStartedMs,
    flush.earliestMs,
    flush.latestMs,
    flush.nearMs,
  ]);
  const [first] = rows;
  if (first === undefined) throw new Error('The flush answered without a row.');
  return {
    accepted: first.accepted,
    databaseMs: first.database_ms,
    serverStartedMs: first.server_ms,
    unwritten: rows.flatMap(({ at, verdict, stored_ms }) =>
      at === null || verdict === null ? [] : [{ at: at - 1, verdict, storedMs: stored_ms }],
    ),
  };
}

/** As text: the driver would look for what to escape in each element, and ids and numbers have nothing. */
function arrayOf(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`;
}
