import type { Database, Executor } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import {
  checkBoolean,
  checkMetadata,
  checkOneOf,
  checkSearch,
  checkUserId,
  checkWholeNumber,
} from '../model/arguments.js';
import { type Cursor, decodeCursor, encodeCursor } from '../model/cursor.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import type { ListAllQuery, ListedApiKeys, ListQuery } from '../model/list-query.js';
import {
  API_KEY_STATUSES,
  DEFAULT_LIST_LIMIT,
  isScope,
  LIST_ORDERS,
  LIST_SORTS,
  MAX_DAYS,
  MAX_LIST_LIMIT,
  SCOPE_EXPECTED,
} from '../rules/index.js';
import { countByFilter } from '../sql/count-by-filter.js';
import { countKeys } from '../sql/count-keys.js';
import type { KeyFilter } from '../sql/key-filter.js';
import { type KeyPage, type ListedKey, listKeys } from '../sql/list-keys.js';
import type { Tracking } from './tracking.js';

export const ALL_QUERY: FieldsOf<ListAllQuery> = {
  userId: true,
  sort: true,
  order: true,
  q: true,
  status: true,
  unusedFor: true,
  expiresWithin: true,
  scope: true,
  metadata: true,
  keyHash: true,
  limit: true,
};
const QUERY: FieldsOf<ListQuery> = { ...ALL_QUERY, count: true, counts: true, cursor: true };

/** One page of keys. A wrong query throws before the database is asked. */
export async function listApiKeys(
  database: Database,
  tracking: Tracking,
  given: ListQuery,
): Promise<ListedApiKeys> {
  const { query, filter, page } = checkListQuery(given);
  const isCounted = query.count === undefined ? false : checkBoolean(query.count, 'count');
  const hasCounts = query.counts === undefined ? false : checkBoolean(query.counts, 'counts');
  const [{ rows, after }, { since, restoredAt }, count, counts] = await Promise.all([
    pageOf(database, filter, page),
    tracking.times(),
    isCounted ? countKeys(database, filter) : null,
    hasCounts ? countByFilter(database, filter) : null,
  ]);
  return {
    keys: rows.map(({ key }) => key),
    nextCursor: after === null ? null : encodeCursor(after),
    trackingSince: since,
    restoredAt,
    count,
    counts,
  };
}

/** Checks a query without asking the database. */
export function checkListQuery(given: ListQuery) {
  const query = checkFields(given, QUERY, 'query');
  return { query, filter: toFilter(query), page: toPage(query) };
}

/** Reads a page; `after` is where the next one begins, null: this is the last page. */
export async function pageOf(
  executor: Executor,
  filter: KeyFilter,
  page: KeyPage,
): Promise<{ rows: ListedKey[]; after: Cursor | null }> {
  // One row more than asked for tells whether there is another page.
  const found = await listKeys(executor, filter, { ...page, limit: page.limit + 1 });
  const rows = found.slice(0, page.limit);
  const last = rows.at(-1);
  const hasMore = found.length > page.limit && last !== undefined;
  return { rows, after: hasMore ? { ...page, ...last.position } : null };
}

function toFilter(query: ListQuery): KeyFilter {
  const { userId, q, status, unusedFor, expiresWithin, scope, metadata, keyHash } = query;
  return {
    // A limit that came out as undefined must not become everybody's keys.
    userId: Object.hasOwn(query, 'userId') ? checkUserId(userId) : null,
    q: q === undefined ? null : checkSearch(q),
    status: status === undefined ? null : checkOneOf(status, 'status', API_KEY_STATUSES),
    unusedFor: unusedFor === undefined ? null : checkDays(unusedFor, 'unusedFor'),
    expiresWithin: expiresWithin === undefined ? null : checkDays(expiresWithin, 'expiresWithin'),
    scope: scope === undefined ? null : checkScope(scope),
    metadata: metadata === undefined ? null : checkMetadata(metadata),
    keyHash: keyHash === undefined ? null : checkKeyHash(keyHash),
  };
}

function toPage({
  sort = 'last_used_at',
  order = sort === 'name' ? 'asc' : 'desc',
  limit = DEFAULT_LIST_LIMIT,
  cursor,
}: ListQuery): KeyPage {
  checkOneOf(sort, 'sort', LIST_SORTS);
  const direction = checkOneOf(order, 'order', LIST_ORDERS);
  return {
    sort,
    order: direction,
    limit: checkWholeNumber(limit, 'limit', 1, MAX_LIST_LIMIT),
    after: cursor === undefined ? null : decodeCursor(cursor, sort, direction),
  };
}

function checkScope(scope: unknown): string {
  if (isScope(scope)) return scope;
  throw new ArgumentError('scope', SCOPE_EXPECTED);
}

function checkDays(days: number | 'never', field: string): number | 'never' {
  return days === 'never' ? 'never' : checkWholeNumber(days, field, 1, MAX_DAYS);
}

function checkKeyHash(keyHash: unknown): Uint8Array {
  if (keyHash instanceof Uint8Array && keyHash.length === 32) return keyHash;
  throw new ArgumentError('keyHash', '32 bytes, the SHA-256 of a whole key');
}
