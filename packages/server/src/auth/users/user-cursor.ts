import { wrongField } from '../../rules/refusal.js';
import type { UserPlace } from '../../sql/list-users.js';

/** Where a page of users ended, as one opaque text. */
export function encodeUserCursor({ sortedBy, id }: UserPlace): string {
  return Buffer.from(JSON.stringify([sortedBy, id])).toString('base64url');
}

/** Throws the refusal that names the field where the text is none of ours. */
export function decodeUserCursor(cursor: string): UserPlace {
  const parts = parse(Buffer.from(cursor, 'base64url').toString());
  if (Array.isArray(parts) && parts.length === 2) {
    const [sortedBy, id] = parts as unknown[];
    if (isText(sortedBy) && isText(id)) return { sortedBy, id };
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

/** PostgreSQL takes neither NUL nor lone surrogates in a text. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !/[\0\p{Cs}]/u.test(value);
}
