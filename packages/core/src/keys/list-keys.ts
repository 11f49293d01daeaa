import type { Database } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import { checkFields, type FieldsOf } from '../known-fields.js';
import { countKeys, type KeyFilter, type KeyPage, listKeys } from '../sql/list-keys.js';
import {
  checkBoolean,
  checkOneOf,
  checkSearch,
  checkUserId,
  checkWholeNumber,
} from './arguments.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import type { ListedApiKeys, ListQuery } from './list-query.js';
import type { Tracking } from './tracking.js';

const SORTS = ['last_used_at', 'created_at', 'name', 'expires_at'] as const;
const STATUSES = ['active', 'expired', 'revoked', 'user_inactive'] as const;
const DEFAULT_LIMIT = 50;
const MOST_DAYS = 36_500;

const QUERY: FieldsOf<ListQuery> = {
  userId: true,
  sort: true,
  order: true,
  q: true,
  status: true,
  unusedFor: true,
  keyHash: true,
  count: true,
  limit: true,
  cursor: true,
};

/** One page of keys. A wrong query throws before the database is asked. */
export async function listApiKeys(
  database: Database,
  tracking: Tracking,
  given: ListQuery,
): Promise<ListedApiKeys> {
  const query = checkFields(given, QUERY, 'query');
  const filter = toFilter(query);
  const page = toPage(query);
  const isCounted = query.count === undefined ? false : checkBoolean(query.count, 'count');
  const [rows, since, count] = await Promise.all([
    // One row more than asked for tells whether there is another page.
    listKeys(database, filter, { ...page, limit: page.limit + 1 }),
    tracking.since(),
    isCounted ? countKeys(database, filter) : null,
  ]);
  const listed = rows.slice(0, page.limit);
  const last = listed.at(-1);
  const hasMore = rows.length > page.limit && last !== undefined;
  return {
    keys: listed.map(({ key }) => key),
    nextCursor: hasMore ? encodeCursor({ ...page, ...last.position }) : null,
    trackingSince: since,
    count,
  };
}

function toFilter(query: ListQuery): KeyFilter {
  const { userId, q, status, unusedFor, keyHash } = query;
  return {
    // A limit that came out as undefined must not become everybody's keys.
    userId: Object.hasOwn(query, 'userId') ? checkUserId(userId) : null,
    q: q === undefined ? null : checkSearch(q),
    status: status === undefined ? null : checkOneOf(status, 'status', STATUSES),
    unusedFor: unusedFor === undefined ? null : checkUnusedFor(unusedFor),
    keyHash: keyHash === undefined ? null : checkKeyHash(keyHash),
  };
}

function toPage({
  sort = 'last_used_at',
  order = sort === 'name' ? 'asc' : 'desc',
  limit = DEFAULT_LIMIT,
  cursor,
}: ListQuery): KeyPage {
  checkOneOf(sort, 'sort', SORTS);
  const direction = checkOneOf(order, 'order', ['asc', 'desc']);
  return {
    sort,
    order: direction,
    limit: checkWholeNumber(limit, 'limit', 1, 1_000),
    after: cursor === undefined ? null : decodeCursor(cursor, sort, direction),
  };
}

function checkUnusedFor(unusedFor: number | 'never'): number | 'never' {
  return unusedFor === 'never' ? 'never' : checkWholeNumber(unusedFor, 'unusedFor', 1, MOST_DAYS);
}

function checkKeyHash(keyHash: unknown): Uint8Array {
  if (keyHash instanceof Uint8Array && keyHash.length === 32) return keyHash;
  throw new ArgumentError('keyHash', '32 bytes, the SHA-256 of a whole key');
}
