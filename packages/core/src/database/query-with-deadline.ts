import { LateError, within } from '../async/with-timeout.js';
import { type Database, type Executor, type Session, VALIDATION_WAIT_MS } from './database.js';

/** Where a question goes, and how one that the server is stuck in is ended. */
export interface Asking {
  readonly database: Pick<Database, 'connect'>;
  readonly cancel: (backendPid: number) => Promise<void>;
}

/**
 * Asks on a connection for validation and waits at most `ms` for it to open, and as long for the answer. A
 * connection that has not answered by then is given up, so that a dead network leaves the pool free; and its
 * statement is cancelled, so that a slow server does not collect them.
 */
export async function askWithin<T>(
  ms: number,
  asking: Asking,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  const session = await connectWithin(ms, asking.database);
  try {
    return await askOnce(ms, session, asking, work);
  } catch (error) {
    if (!isBroken(error)) throw error;
    // That it broke since its last use says nothing of the database: a new one does.
    return askOnce(ms, await connectWithin(ms, asking.database), asking, work);
  }
}

async function askOnce<T>(
  ms: number,
  session: Session,
  { cancel }: Asking,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  try {
    const answer = await within(ms, work(session));
    session.release();
    return answer;
  } catch (error) {
    if (error instanceof LateError && session.backendPid !== null) {
      void cancel(session.backendPid).catch(() => {});
    }
    session.release(error as Error);
    throw error;
  }
}

/** A connection that comes too late goes back at once. */
async function connectWithin(ms: number, database: Asking['database']): Promise<Session> {
  const connecting = database.connect('validation');
  try {
    return await within(VALIDATION_WAIT_MS + ms, connecting);
  } catch (error) {
    if (error instanceof LateError) connecting.then((late) => late.release()).catch(() => {});
    throw error;
  }
}

/** Neither an answer of the server nor the want of one. */
function isBroken(error: unknown): boolean {
  const { severity, code } = error as { severity?: string; code?: string };
  return !(error instanceof LateError) && severity !== 'ERROR' && code !== '25006';
}
