import type { Executor } from 'keystamp/database';

const text = `select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(pg_catalog.lower($1), 0))`;

/**
 * Holds an address until the transaction ends: no user is added meanwhile whose id it is, whatever the case of its letters.
 * As the library does with ids that could be addresses.
 */
export async function lockAddress(executor: Executor, email: string): Promise<void> {
  await executor.query(text, [email]);
}
