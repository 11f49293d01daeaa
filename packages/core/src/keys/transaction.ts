import { type CallersSession, inCallersTransaction } from '../database/callers-transaction.js';
import { type Database, type Executor, inTransaction } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import type { TransactionClient } from '../keystamp.js';

/** Runs `work` in a transaction: that of the caller, or one of its own where `client` is undefined. */
export function inTransactionOf<T>(
  database: Database,
  client: TransactionClient | undefined,
  work: (session: Executor) => Promise<T>,
): Promise<T> {
  return client === undefined
    ? inTransaction(database, work)
    : inCallersTransaction(client, database, work);
}

/** Runs a statement or two in the transaction of the caller; by themselves where `client` is undefined. */
export function inStatementsOf<T>(
  database: Database,
  client: TransactionClient | undefined,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  return client === undefined ? work(database) : inCallersTransaction(client, database, work);
}

/**
 * Throws where keys cannot be counted: at another level of isolation a transaction does not see what others have committed since it
 * began, so that two could pass the limit of a user together.
 */
export function requireCounting(session: Executor): void {
  const { isolation = 'read committed' } = session as Partial<CallersSession>;
  if (isolation === 'read committed') return;
  throw new ArgumentError('client', `a transaction at "read committed", not at "${isolation}"`);
}
