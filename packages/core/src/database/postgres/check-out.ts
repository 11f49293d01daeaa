import type { Pool, PoolClient } from 'pg';
import { TimeoutError, withTimeout } from '../../async/with-timeout.js';
import { overloaded } from '../../errors.js';
import { driverError } from './driver-error.js';

/**
 * A connection of the pool. Of our own pool one is always left for a turn. A pool that was handed in may be in use by
 * the service: that it is busy says nothing of the database.
 */
export async function checkOut(pool: Pool, waitMs: number): Promise<PoolClient> {
  const inUse = pool.totalCount - pool.idleCount + pool.waitingCount;
  const isBusy = inUse >= pool.options.max;
  const connecting = pool.connect();
  try {
    return await (isBusy ? withTimeout(waitMs, connecting) : connecting);
  } catch (error) {
    const isLate = error instanceof TimeoutError;
    if (isLate) connecting.then((late) => late.release()).catch(() => {});
    throw isLate || isPoolTimeout(error) ? overloaded() : driverError(error);
  }
}

/** The pool's own limit of the wait for a connection of it. That of a new connection's coming has other words. */
function isPoolTimeout(error: unknown): boolean {
  return /^timeout exceeded when trying to connect$/.test((error as Error).message);
}
