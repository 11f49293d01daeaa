import { type Database, inTransaction } from '../database/database.js';
import { checkWholeNumber } from '../model/arguments.js';
import type { Cursor } from '../model/cursor.js';
import { checkFields } from '../model/known-fields.js';
import type { AllApiKeys, ListAllQuery } from '../model/list-query.js';
import type { ListedKey } from '../sql/list-keys.js';
import { ALL_QUERY, checkListQuery, pageOf } from './list-keys.js';
import type { Tracking } from './tracking.js';

const PAGE = 1_000;
const MAX_KEYS = 1_000_000_000;

/**
 * All keys that match, or the first `limit`, read page by page in one snapshot. A key that is used meanwhile moves in the
 * order by last use: without the snapshot it would move to a page that was read already, and be missing.
 */
export async function listAllApiKeys(
  database: Database,
  tracking: Tracking,
  given: ListAllQuery,
): Promise<AllApiKeys> {
  const { limit = MAX_KEYS, ...rest } = checkFields(given, ALL_QUERY, 'query');
  checkWholeNumber(limit, 'limit', 1, MAX_KEYS);
  const { filter, page } = checkListQuery(rest);
  // Before the transaction holds a connection: a pool of one has no other.
  const { since: trackingSince, restoredAt } = await tracking.times();
  return inTransaction(database, async (session) => {
    await session.query('set transaction isolation level repeatable read, read only');
    const rows: ListedKey[] = [];
    let hasMore = true;
    for (let after: Cursor | null = null; hasMore && rows.length < limit; ) {
      const size = Math.min(PAGE, limit - rows.length);
      const read = await pageOf(session, filter, { ...page, after, limit: size });
      rows.push(...read.rows);
      ({ after } = read);
      hasMore = after !== null;
    }
    return { keys: rows.map(({ key }) => key), hasMore, trackingSince, restoredAt };
  });
}
