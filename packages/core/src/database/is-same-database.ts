import { randomBytes } from 'node:crypto';
import type { Executor } from './database.js';

/**
 * Whether a session and another way to a database lead to the same one. A lock on a random number tells: it belongs
 * to one database of one server, and a session behind a pooler sees it too. `session` must be a session's own.
 */
export async function isSameDatabase(session: Executor, other: Executor): Promise<boolean> {
  const params = [String(randomBytes(8).readBigInt64BE())];
  await session.query('select pg_catalog.pg_advisory_lock($1)', params);
  try {
    // Given back with the statement.
    const text = 'select pg_catalog.pg_try_advisory_xact_lock($1) as is_free';
    const { rows } = await other.query<{ is_free: boolean }>(text, params);
    return rows[0]?.is_free === false;
  } finally {
    await session.query('select pg_catalog.pg_advisory_unlock($1)', params);
  }
}
