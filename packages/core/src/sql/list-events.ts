import type { Executor } from '../database/database.js';
import type { Actor } from '../model/actor.js';
import type { ChangedValue, KeyEvent, KeyEventKind, RefusedUse } from '../model/key-event.js';
import { clampTime } from './clamp-time.js';

export interface EventFilter {
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly kind: KeyEventKind | null;
  readonly actor: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
  /** The id of the last event of the page before. */
  readonly before: string | null;
  readonly limit: number;
}

interface EventRow {
  id: string;
  key_id: string;
  user_id: string;
  at: Date;
  kind: KeyEventKind;
  actor: { kind: Actor['kind']; user_id?: string; key_id?: string; name?: string };
  from_address: string | null;
  detail: {
    name?: string;
    key_prefix?: string;
    changed?: Record<string, ChangedValue>;
    reason?: RefusedUse['reason'];
    route?: string;
    network?: string;
  };
}

const text = `select id, key_id, user_id, at, kind, actor, from_address, detail
from keystamp.key_events
where ($1::uuid is null or key_id = $1) and ($2::text is null or user_id = $2)
  and ($3::text is null or kind = $3)
  and ($4::text is null or $4 in (actor ->> 'kind', actor ->> 'user_id', actor ->> 'key_id', actor ->> 'name'))
  and ($5::timestamptz is null or at >= $5) and ($6::timestamptz is null or at < $6)
  and ($7::bigint is null or id < $7)
order by id desc
limit $8`;

/** The newest events first. */
export async function listEvents(executor: Executor, filter: EventFilter): Promise<KeyEvent[]> {
  const { rows } = await executor.query<EventRow>(text, [
    filter.keyId,
    filter.userId,
    filter.kind,
    filter.actor,
    filter.since,
    filter.until,
    filter.before,
    filter.limit,
  ]);
  return rows.map(toKeyEvent);
}

function toKeyEvent({ actor, detail, ...row }: EventRow): KeyEvent {
  const { reason, route = null, network = null } = detail;
  return {
    id: row.id,
    keyId: row.key_id,
    keyName: detail.name ?? null,
    keyPrefix: detail.key_prefix ?? null,
    userId: row.user_id,
    at: clampTime(row.at),
    kind: row.kind,
    actor: {
      kind: actor.kind,
      userId: actor.user_id ?? null,
      keyId: actor.key_id ?? null,
      name: actor.name ?? null,
    },
    fromAddress: row.from_address,
    changed: detail.changed === undefined ? null : toChanged(detail.changed),
    refusal: reason === undefined ? null : { reason, route, network },
  };
}

function toChanged(stored: Record<string, ChangedValue>): Record<string, ChangedValue> {
  const pairs = Object.entries(stored).map(([column, { from, to }]) => {
    const isTime = column.endsWith('_at');
    return [column, isTime ? { from: toIso(from), to: toIso(to) } : { from, to }];
  });
  return Object.fromEntries(pairs);
}

/** As the library shows times: in UTC, with milliseconds. */
function toIso(stored: unknown): unknown {
  if (typeof stored !== 'string') return stored;
  const ms = stored === 'infinity' ? Number.POSITIVE_INFINITY : Date.parse(stored);
  return Number.isNaN(ms) ? stored : clampTime(new Date(Math.min(ms, 8.64e15))).toISOString();
}
