import { TimeoutError, withTimeout } from '../async/with-timeout.js';
import {
  type Database,
  type Executor,
  type Lane,
  type Session,
  VALIDATION_WAIT_MS,
} from './database.js';

/** Where a query goes, and how a statement that hangs is cancelled. */
export interface QueryTarget {
  readonly database: Pick<Database, 'connect'>;
  readonly cancel: (backendPid: number) => Promise<void>;
  /** Default `validation`. */
  readonly lane?: Lane;
}

/**
 * Queries on a connection of the target's lane. Waits at most `ms` for it to open, and as long for the answer. A
 * connection that has not answered by then is closed, so that a dead network leaves the pool free, and its
 * statement is cancelled, so that a slow server does not collect them.
 */
export async function queryWithDeadline<T>(
  ms: number,
  target: QueryTarget,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  const session = await connectWithDeadline(ms, target);
  try {
    return await queryOnce(ms, session, target, work);
  } catch (error) {
    if (!isBroken(error)) throw error;
    // It may have broken since its last use, which says nothing about the database: a new one does.
    return queryOnce(ms, await connectWithDeadline(ms, target), target, work);
  }
}

async function queryOnce<T>(
  ms: number,
  session: Session,
  { cancel }: QueryTarget,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  try {
    const answer = await withTimeout(ms, work(session));
    session.release();
    return answer;
  } catch (error) {
    if (error instanceof TimeoutError && session.backendPid !== null) {
      void cancel(session.backendPid).catch(() => {});
    }
    session.release(error as Error);
    throw error;
  }
}

/** A connection that opens too late goes back at once. */
async function connectWithDeadline(
  ms: number,
  { database, lane = 'validation' }: QueryTarget,
): Promise<Session> {
  const connecting = database.connect(lane);
  try {
    return await withTimeout(VALIDATION_WAIT_MS + ms, connecting);
  } catch (error) {
    if (error instanceof TimeoutError) connecting.then((late) => late.release()).catch(() => {});
    throw error;
  }
}

/** Neither an error of the server nor a timeout. */
function isBroken(error: unknown): boolean {
  const { severity, code } = error as { severity?: string; code?: string };
  return !(error instanceof TimeoutError) && severity !== 'ERROR' && code !== '25006';
}
