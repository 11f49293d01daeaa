import type { Database } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import {
  checkId,
  checkOneOf,
  checkTime,
  checkUserId,
  checkWholeNumber,
} from '../model/arguments.js';
import type { EventQuery, ListedEvents } from '../model/key-event.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import { DEFAULT_EVENTS_LIMIT, EVENT_KINDS, MAX_EVENTS_LIMIT } from '../rules/index.js';
import { type EventFilter, listEvents } from '../sql/list-events.js';

const QUERY: FieldsOf<EventQuery> = {
  keyId: true,
  userId: true,
  kind: true,
  actor: true,
  since: true,
  until: true,
  limit: true,
  cursor: true,
};
const CURSOR = /^[1-9]\d{0,17}$/;

/** One page of the history. A wrong query throws before the database is asked. */
export async function listKeyEvents(database: Database, given: EventQuery): Promise<ListedEvents> {
  const filter = checkEventQuery(given);
  // One event more than asked for says whether there is another page.
  const found = await listEvents(database, { ...filter, limit: filter.limit + 1 });
  const events = found.slice(0, filter.limit);
  const last = events.at(-1);
  const hasMore = found.length > filter.limit && last !== undefined;
  return { events, nextCursor: hasMore ? last.id : null };
}

function checkEventQuery(given: EventQuery): EventFilter {
  const query = checkFields(given, QUERY, 'query');
  const { keyId, kind, actor, since, until, limit = DEFAULT_EVENTS_LIMIT, cursor } = query;
  return {
    keyId: keyId === undefined ? null : checkId(keyId, 'keyId'),
    // A limit that came out as undefined must not become everybody's events.
    userId: Object.hasOwn(query, 'userId') ? checkUserId(query.userId) : null,
    kind: kind === undefined ? null : checkOneOf(kind, 'kind', EVENT_KINDS),
    actor: actor === undefined ? null : checkUserId(actor, 'actor'),
    since: since === undefined ? null : checkTime(since, 'since'),
    until: until === undefined ? null : checkTime(until, 'until'),
    limit: checkWholeNumber(limit, 'limit', 1, MAX_EVENTS_LIMIT),
    before: cursor === undefined ? null : checkCursor(cursor),
  };
}

function checkCursor(cursor: unknown): string {
  if (typeof cursor === 'string' && CURSOR.test(cursor)) return cursor;
  throw new ArgumentError('cursor', 'the nextCursor of a page of the same list');
}
