import type { Executor } from '../database/database.js';
import type { KeyEvent, KeyEventKind } from '../model/key-event.js';
import { type EventRow, toKeyEvent } from './event-row.js';

/** Which events of a key, or of all. */
export interface EventFilter {
  readonly userId: string | null;
  readonly kind: KeyEventKind | null;
  readonly actor: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
}

export interface EventPage extends EventFilter {
  readonly keyId: string | null;
  /** The id of the last event of the page before. */
  readonly before: string | null;
  readonly limit: number;
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
export async function listEvents(executor: Executor, filter: EventPage): Promise<KeyEvent[]> {
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
