import type { Executor } from '../database/database.js';
import type { KeyEvent } from '../model/key-event.js';
import { type EventRow, toKeyEvent } from './event-row.js';
import type { EventFilter } from './list-events.js';

// One look into the index on (key_id, id) per key, from its end on.
const text = `select e.id, e.key_id, e.user_id, e.at, e.kind, e.actor, e.from_address, e.detail
from pg_catalog.unnest($1::uuid[]) as wanted (key_id)
cross join lateral (
  select id, key_id, user_id, at, kind, actor, from_address, detail
  from keystamp.key_events
  where key_id = wanted.key_id and ($2::text is null or user_id = $2)
    and ($3::text is null or kind = $3)
    and ($4::text is null or $4 in (actor ->> 'kind', actor ->> 'user_id', actor ->> 'key_id', actor ->> 'name'))
    and ($5::timestamptz is null or at >= $5) and ($6::timestamptz is null or at < $6)
  order by id desc
  limit 1
) e
order by e.id desc`;

/** The newest event of each key that a filter finds. */
export async function newestEvents(
  executor: Executor,
  keyIds: readonly string[],
  { userId, kind, actor, since, until }: EventFilter,
): Promise<KeyEvent[]> {
  const params = [keyIds, userId, kind, actor, since, until];
  const { rows } = await executor.query<EventRow>(text, params);
  return rows.map(toKeyEvent);
}
