import type { UserSort } from '../../contract/users.js';
import { wrongField } from '../../rules/refusal.js';
import type { UserPlace } from '../../sql/list-users.js';

/** In which order the pages are. */
interface PagesOrder {
  readonly sort: UserSort;
  readonly order: 'asc' | 'desc';
}

/** Where a page of users ended, as one opaque text. */
export function encodeUserCursor({ sort, order }: PagesOrder, place: UserPlace): string {
  const parts = [sort, order, place.value, place.sortedBy, place.id];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Throws the refusal that names the field where the text is none of ours, or of another order. */
export function decodeUserCursor(cursor: string, { sort, order }: PagesOrder): UserPlace {
  const parts = parse(Buffer.from(cursor, 'base64url').toString());
  if (Array.isArray(parts) && parts.length === 5) {
    const [sorted, ordered, value, sortedBy, id] = parts as unknown[];
    const isSame = sorted === sort && ordered === order;
    if (isSame && isValueOf(sort, value) && isText(sortedBy) && isText(id)) {
      return { value, sortedBy, id };
    }
  }
  throw wrongField('cursor', 'expected next_cursor of the page before');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const MAX_COUNT = 2_147_483_647;

function isValueOf(sort: UserSort, value: unknown): value is string | null {
  if (sort === 'address') return value === null;
  if (value === null) return sort === 'last_used_at';
  if (typeof value !== 'string') return false;
  if (sort === 'key_count') return /^\d{1,10}$/.test(value) && Number(value) <= MAX_COUNT;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value));
}

/** PostgreSQL takes neither NUL nor lone surrogates in a text. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !/[\0\p{Cs}]/u.test(value);
}
