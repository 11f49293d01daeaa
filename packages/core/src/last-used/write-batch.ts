import type { DatabaseClock } from '../clock/database-clock.js';
import type { Database } from '../database/database.js';
import { type FlushAnswer, writeLastUsed } from '../sql/write-last-used.js';
import type { Stamp } from './stamp.js';

/** A statement that takes longer waits for something, a lock on the whole table: it is cancelled. */
const STATEMENT_TIMEOUT_MS = 2_000;
/** Half of what a stored time may be off: uses so close together count as one, unless an instance stops. */
const NEAR_MS = 25;
/** A statement that begins so late after it was sent lay in a pooler, which had no server for it. No network takes so long. */
const QUEUED_MS = 1_000;
/** The database's clock may be so far off the belief before the belief counts as wrong. */
const TOLERANCE_MS = { behind: 50, ahead: 15_000 };

export interface BatchDestination {
  readonly database: Database;
  readonly clock: DatabaseClock;
  /** Ends the statement that a backend is stuck in, from another connection. */
  readonly cancel: (backendPid: number) => Promise<void>;
}

export interface WrittenBatch {
  readonly answer: FlushAnswer;
  /** The use that was sent of each stamp; it may have been used again since. */
  readonly usedAt: readonly number[];
  /** By the host's clock, without the wait for a connection. */
  readonly sentAt: number;
  readonly receivedAt: number;
  /** How long the answer took from then on, without the time in the queue of a pooler: no server worked on it meanwhile. */
  readonly tookMs: number;
}

/** Sends one flush statement. What goes out is measured on a connection already held. */
export async function writeBatch(
  { database, clock, cancel }: BatchDestination,
  batch: readonly Stamp[],
  windowMs: number,
): Promise<WrittenBatch> {
  const session = await database.connect('upkeep');
  const usedAt = batch.map((stamp) => stamp.usedAt);
  const sentAt = clock.hostNow();
  const { earliest, latest } = clock.bounds(sentAt);
  const watch = watchOver(session.backendPid, cancel);
  let failure: Error | undefined;
  try {
    const answer = await writeLastUsed(session, {
      ids: batch.map((stamp) => stamp.id),
      usedAtMs: usedAt,
      windowMs,
      nearMs: windowMs === 0 ? 0 : NEAR_MS,
      serverStartedMs: clock.serverStartedMs,
      earliestMs: earliest - TOLERANCE_MS.behind,
      latestMs: latest + TOLERANCE_MS.ahead,
    });
    const receivedAt = clock.hostNow();
    const lateMs = answer.databaseMs - latest;
    const queuedMs = lateMs > QUEUED_MS ? lateMs : 0;
    const tookMs = Math.max(0, receivedAt - sentAt - queuedMs);
    return { answer, usedAt, sentAt, receivedAt, tookMs };
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    await watch.end();
    session.release(failure);
  }
}

/** Cancels what a backend does when it takes too long: a backend left waiting would hold its place in the lock's queue. */
function watchOver(backendPid: number | null, cancel: BatchDestination['cancel']) {
  let cancelling: Promise<void> | undefined;
  // Again and again: the other connection may be away at the first time.
  const timer = setInterval(() => {
    if (backendPid !== null) cancelling = cancel(backendPid).catch(() => {});
  }, STATEMENT_TIMEOUT_MS).unref();
  return {
    async end() {
      clearInterval(timer);
      await cancelling;
    },
  };
}
