import type { Ownership } from '../keystamp.js';
import { checkUserId } from '../model/arguments.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';

const OWNERSHIP: FieldsOf<Ownership> = { userId: true };

/** Whose keys alone are meant; null: everybody's. A misspelt limit must not become none. */
export function ownerOf(within: Ownership): string | null {
  const own = checkFields(within, OWNERSHIP, 'within');
  // A limit that came out as undefined (`request.apiKey?.user.id`) must not become none either.
  return Object.hasOwn(own, 'userId') ? checkUserId(own.userId) : null;
}
