import { ArgumentError, isOverload } from '../errors.js';
import type { Database } from './database.js';
import { isSameDatabase } from './is-same-database.js';
import { isDatabaseAway } from './outage.js';

/**
 * Throws `ArgumentError` where the direct address leads to another database than the other one: changes would be
 * listened for, and the schema made, where no key is. Where one of the two does not answer, nothing is known yet; one that
 * refuses (password, TLS) does so later too, and its error is thrown.
 */
export async function requireSameDatabase(database: Database): Promise<void> {
  if (database.named || (await leadsToSame(database).catch(unknownYet))) return;
  throw new ArgumentError('listenDatabase', 'a URL that leads to the same database as the other');
}

function unknownYet(error: unknown): true {
  if (isDatabaseAway(error) || isOverload(error)) return true;
  throw error;
}

async function leadsToSame(database: Database): Promise<boolean> {
  const session = await database.connectDirect();
  try {
    const { rows } = await session.query<{ pid: number }>(
      'select pg_catalog.pg_backend_pid() as pid',
    );
    // A pooler gives one session to both, which tells nothing; it is found when changes are to be heard.
    return rows[0]?.pid !== session.backendPid || (await isSameDatabase(session, database));
  } finally {
    session.release();
  }
}
