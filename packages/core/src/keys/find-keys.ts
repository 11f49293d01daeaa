import type { Database } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import type { Ownership } from '../keystamp.js';
import { checkSearch } from '../model/arguments.js';
import type { UserApiKey } from '../model/user-api-key.js';
import { isKeyId, MAX_FOUND_KEYS, MIN_BEGINNING_LENGTH } from '../rules/index.js';
import { findKeys } from '../sql/find-keys.js';
import { readerOf } from './ownership.js';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Keys that a person names by the first characters of the id or of the prefix. */
export async function findApiKeys(
  database: Database,
  beginning: string,
  within: Ownership,
): Promise<UserApiKey[]> {
  const userId = readerOf(within);
  const prefix = checkBeginning(beginning);
  return findKeys(database, { ids: idsFrom(prefix), prefix }, userId, MAX_FOUND_KEYS);
}

/** Checks the characters that a person typed. */
export function checkBeginning(beginning: unknown): string {
  const expected = `the first ${MIN_BEGINNING_LENGTH} or more characters of an id or of a prefix`;
  const prefix = checkSearch(beginning, 'beginning');
  if (prefix !== null && prefix.length >= MIN_BEGINNING_LENGTH) return prefix;
  throw new ArgumentError('beginning', expected);
}

function idsFrom(beginning: string): [first: string, last: string] | null {
  const ids = [FIRST_ID, LAST_ID].map((id) => beginning + id.slice(beginning.length));
  const [first = '', last = ''] = ids;
  return isKeyId(first) ? [first, last] : null;
}
