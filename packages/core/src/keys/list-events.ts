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
import {
  DEFAULT_EVENTS_LIMIT,
  EVENT_KINDS,
  MAX_EVENTS_LIMIT,
  MAX_NEWEST_OF,
} from '../rules/index.js';
import { type EventFilter, type EventPage, listEvents } from '../sql/list-events.js';
import { newestEvents } from '../sql/newest-events.js';

const QUERY: FieldsOf<EventQuery> = {
  keyId: true,
  userId: true,
  kind: true,
  actor: true,
  since: true,
  until: true,
  limit: true,
  cursor: true,
  newestOf: true,
};
const CURSOR = /^[1-9]\d{0,17}$/;

/** One page of the history. A wrong query throws before the database is asked. */
export async function listKeyEvents(database: Database, given: EventQuery): Promise<ListedEvents> {
  const { filter, newestOf, page } = checkEventQuery(given);
  if (newestOf !== null) {
    const events = await newestEvents(database, newestOf, filter);
    return { events, nextCursor: null };
  }
  // One event more than asked for says whether there is another page.
  const found = await listEvents(database, { ...page, limit: page.limit + 1 });
  const events = found.slice(0, page.limit);
  const last = events.at(-1);
  const hasMore = found.length > page.limit && last !== undefined;
  return { events, nextCursor: hasMore ? last.id : null };
}

/** Checks a query without asking the database. `newestOf` null: it asks for a page. */
export function checkEventQuery(given: EventQuery) {
  const query = checkFields(given, QUERY, 'query');
  const filter = checkFilter(query);
  const newestOf = query.newestOf === undefined ? null : checkNewestOf(query);
  const page: EventPage = { ...filter, ...checkPage(query) };
  return { filter, newestOf, page };
}

function checkFilter(query: EventQuery): EventFilter {
  const { kind, actor, since, until } = query;
  return {
    // A limit that came out as undefined must not become everybody's events.
    userId: Object.hasOwn(query, 'userId') ? checkUserId(query.userId) : null,
    kind: kind === undefined ? null : checkOneOf(kind, 'kind', EVENT_KINDS),
    actor: actor === undefined ? null : checkUserId(actor, 'actor'),
    since: since === undefined ? null : checkTime(since, 'since'),
    until: until === undefined ? null : checkTime(until, 'until'),
  };
}

function checkPage({ keyId, limit = DEFAULT_EVENTS_LIMIT, cursor }: EventQuery) {
  return {
    keyId: keyId === undefined ? null : checkId(keyId, 'keyId'),
    limit: checkWholeNumber(limit, 'limit', 1, MAX_EVENTS_LIMIT),
    before: cursor === undefined ? null : checkCursor(cursor),
  };
}

function checkNewestOf({ newestOf, keyId, limit, cursor }: EventQuery): string[] {
  if (keyId !== undefined || limit !== undefined || cursor !== undefined) {
    throw new ArgumentError('newestOf', 'no key, limit or cursor beside it');
  }
  const isList = Array.isArray(newestOf) && newestOf.length > 0 && newestOf.length <= MAX_NEWEST_OF;
  if (!isList) throw new ArgumentError('newestOf', `1 to ${MAX_NEWEST_OF} ids of keys`);
  return [...new Set(newestOf.map((id) => checkId(id, 'newestOf')))];
}

function checkCursor(cursor: unknown): string {
  if (typeof cursor === 'string' && CURSOR.test(cursor)) return cursor;
  throw new ArgumentError('cursor', 'the nextCursor of a page of the same list');
}
