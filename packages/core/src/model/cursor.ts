import { ArgumentError } from '../errors.js';
import { isKeyId } from '../rules/index.js';
import type { ListSort } from './list-query.js';
import { isMicroseconds } from './timestamp-text.js';

/** Where a page ended: the values of its last row in the order of the list. Times are microseconds, exact. */
export interface Cursor {
  readonly sort: ListSort;
  readonly order: 'asc' | 'desc';
  /** Null: the row had none, and nulls come last. */
  readonly value: string | null;
  readonly createdAt: string;
  readonly id: string;
}

const FIELD = 'cursor';
const EXPECTED = 'the next_cursor of a page of the same list (same sort and order)';

/** An opaque text for a URL. */
export function encodeCursor({ sort, order, value, createdAt, id }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, order, value, createdAt, id])).toString('base64url');
}

/** Throws where the text is not a cursor of this order. */
export function decodeCursor(text: unknown, sort: ListSort, order: 'asc' | 'desc'): Cursor {
  const parts = parse(text);
  if (!Array.isArray(parts) || parts.length !== 5) throw new ArgumentError(FIELD, EXPECTED);
  const [itsSort, itsOrder, value, createdAt, id] = parts as unknown[];
  const isWhole =
    itsSort === sort &&
    itsOrder === order &&
    (value === null || isValue(value, sort)) &&
    isMicroseconds(createdAt) &&
    typeof id === 'string' &&
    isKeyId(id);
  if (!isWhole) throw new ArgumentError(FIELD, EXPECTED);
  return { sort, order, value: value as string | null, createdAt: createdAt as string, id };
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string' || text.length > 2_000) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

function isValue(value: unknown, sort: ListSort): boolean {
  if (sort !== 'name') return isMicroseconds(value);
  return typeof value === 'string' && !value.includes('\0') && value.length <= 400;
}
