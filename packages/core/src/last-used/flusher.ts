import { Coalescer } from '../async/coalescer.js';
import { Sleeper } from '../async/sleeper.js';
import { TimeoutError, withTimeout } from '../async/with-timeout.js';
import type { ClockJumpDetector } from '../clock/clock-jump-detector.js';
import { KeystampError } from '../errors.js';
import type { Logger } from '../keystamp.js';
import { onceAMinute } from '../log.js';
import type { Unwritten } from '../sql/write-last-used.js';
import type { FlushTiming } from './flush-schedule.js';
import { FlushWaiters } from './flush-waiters.js';
import { PendingUses } from './pending-uses.js';
import { RecentlyWritten } from './recently-written.js';
import type { Stamp } from './stamp.js';
import type { BatchDestination, WrittenBatch } from './write-batch.js';
import { writeTraced } from './write-traced.js';

/** Rows of one statement: enough to be cheap, few enough that a revoke never waits long behind it. */
const MAX_ROWS = 1_000;
/** After a flush of so long it rests nine times as long: at most a tenth of the time is flushing. */
const REST = 9;
const RETRY_MS = { first: 250, most: 5_000 };
/** So many statements in a row may fail over their rows before the database itself is taken for the cause. */
const MAX_ROW_FAILURES = 12;
/** What is pending at the end is written within this time. */
export const CLOSE_WITHIN_MS = 4_500;

export interface FlusherOptions extends BatchDestination {
  readonly timing: FlushTiming;
  /** Nothing is written between a jump of the clock and the database's own time. */
  readonly jumps: ClockJumpDetector;
  readonly logger: Logger;
}

/** Writes recorded uses to the database, off the path of every request. */
export class Flusher {
  readonly pending: PendingUses;
  readonly counts = { flushes: 0, flushFailures: 0, keysWritten: 0 };

  readonly #options: FlusherOptions;
  readonly #slotMs: number;
  readonly #recent = new RecentlyWritten();
  readonly #waiters = new FlushWaiters();
  readonly #flushes = new Coalescer(() => this.#flushAll());
  readonly #warn: (fields: object, message: string) => void;
  /** The wait for the next look, which a flush() ends; and the rest after a statement, which it does not. */
  readonly #look = new Sleeper();
  readonly #rest = new Sleeper();
  #inFlight: Stamp[] = [];
  #mostRows = MAX_ROWS;
  #rowFailures = 0;
  #retryMs = RETRY_MS.first;
  #running: Promise<void> = Promise.resolve();
  #stopping = false;
  #closed = false;

  constructor(options: FlusherOptions) {
    const { logger, timing } = options;
    this.#options = options;
    this.#slotMs = Math.max(10, timing.flushIntervalMs / 5);
    this.pending = new PendingUses(timing, this.#slotMs);
    this.#warn = onceAMinute(logger);
  }

  start(): void {
    this.#options.jumps.start(this.#slotMs);
    this.#running = this.#run();
  }

  /** How far behind the flush is, in ms. */
  lagMs(): number {
    return this.pending.lagMs(this.#options.clock.now());
  }

  /** Resolves when all uses recorded so far are stored, or newer ones are; rejects when a write fails (they stay pending). */
  flush(): Promise<void> {
    return this.#flushes.ask();
  }

  /** The database's clock stepped: unwritten uses move along, also those on their way. */
  moveUses(stepMs: number): void {
    // After a sleep only what was used since the last look is off; else the database's clock moved under all of it.
    const since = this.#options.jumps.since ?? 0;
    const move = (stamp: Stamp) => {
      if (stamp.usedAt > since) stamp.usedAt += stepMs;
    };
    this.pending.restart(move);
    this.#inFlight.forEach(move);
  }

  /** Another server may not have what was written last. The pending have moved with the clock already. */
  writeRecentAgain(stepMs: number): void {
    for (const stamp of this.#recent.drain()) {
      if (!stamp.pending) stamp.usedAt += stepMs;
      this.pending.markPendingAgain(stamp);
    }
  }

  async #flushAll(): Promise<void> {
    if (this.pending.count === 0) return;
    if (this.#closed) throw closed();
    const stored = this.#waiters.waitFor([...this.pending.pieces(), this.#inFlight]);
    this.#look.end();
    this.#rest.hold();
    await stored;
  }

  /** Writes what is pending whatever its window, and stops: within 5 s. */
  async close(): Promise<void> {
    this.#stopping = true;
    this.#options.jumps.stop();
    this.#look.end();
    this.#rest.end();
    const deadline = performance.now() + CLOSE_WITHIN_MS;
    const written = this.#running.then(() => this.#writeTheRest(deadline));
    // Not a race with a bare timer: that would hold the process for the rest of the time.
    await withTimeout(CLOSE_WITHIN_MS, written).catch((error: Error) => {
      if (!(error instanceof TimeoutError)) throw error;
    });
    this.#waiters.settle();
    this.#closed = true;
    this.#waiters.fail(closed());
    if (this.pending.count === 0) return;
    const message = 'Stopped with last-used times that could not be written.';
    this.#options.logger.error({ pending: this.pending.count }, message);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await this.#wait(this.#look, this.#slotMs);
      if (this.#stopping) return;
      if (await this.#knowsTime()) await this.#flushDue();
      else await this.#wait(this.#rest, this.#nextRetry());
    }
  }

  async #flushDue(): Promise<void> {
    await this.#promoteDue(false);
    while (!this.#stopping && this.#options.jumps.since === null) {
      const batch = this.pending.take(this.#mostRows);
      if (batch.length === 0) return;
      const tookMs = await this.#write(batch, this.#options.timing.windowMs);
      this.#reportLag();
      // close() ends a rest that is on; one that began after it would use up its time.
      if (this.#stopping) return;
      await this.#wait(this.#rest, tookMs === null ? this.#nextRetry() : tookMs * REST);
      await this.#promoteDue(false);
    }
  }

  async #writeTheRest(deadline: number): Promise<void> {
    const isOver = () => this.#options.database.isEnded || performance.now() >= deadline;
    while (this.pending.count > 0 && !isOver()) {
      const before = this.pending.count;
      await this.#promoteDue(true);
      await this.#write(this.pending.take(MAX_ROWS), 0);
      if (this.pending.count === before) await after(50);
    }
  }

  /** In turns of bounded length, so that a million keys never hold the event loop. */
  async #promoteDue(all: boolean): Promise<void> {
    while (!this.pending.promoteDue(this.#options.clock.now(), all)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** One statement. How long it took in ms; null where the database was the cause of a failure. */
  async #write(batch: Stamp[], windowMs: number): Promise<number | null> {
    this.#inFlight = batch;
    try {
      const written = await writeTraced(this.#options, batch, windowMs);
      this.#inFlight = [];
      this.#take(written, batch);
      this.#mostRows = Math.min(MAX_ROWS, this.#mostRows * 2);
      this.#rowFailures = 0;
      this.#retryMs = RETRY_MS.first;
      return written.tookMs;
    } catch (error) {
      this.#inFlight = [];
      return this.#keep(batch, error as Error & { code?: string });
    }
  }

  #take({ answer, usedAt, sentAt, receivedAt }: WrittenBatch, batch: Stamp[]): void {
    if (answer.accepted) {
      this.counts.flushes++;
      this.counts.keysWritten += batch.length - answer.unwritten.length;
      this.#settleEach(answer, batch, usedAt);
    } else {
      for (const stamp of batch) this.pending.requeue(stamp);
    }
    this.#options.clock.read({ ...answer, sentAt, receivedAt });
    this.#waiters.settle();
  }

  #settleEach(answer: WrittenBatch['answer'], batch: Stamp[], usedAt: readonly number[]): void {
    const unwritten = new Map(answer.unwritten.map((one) => [one.at, one]));
    batch.forEach((stamp, i) => {
      const sent = usedAt[i] as number;
      const one = unwritten.get(i);
      if (one === undefined) this.#settleWritten(stamp, sent, answer.databaseMs);
      else this.#settleUnwritten(stamp, sent, one, answer.databaseMs);
    });
  }

  #settleWritten(stamp: Stamp, sent: number, databaseMs: number): void {
    stamp.storedAt = Math.min(sent, databaseMs);
    this.#recent.note(stamp, performance.now());
    this.#settleUnlessUsedSince(stamp, sent);
  }

  /** What is no longer to be written is settled; the rest waits. */
  #settleUnwritten(stamp: Stamp, sent: number, one: Unwritten, databaseMs: number): void {
    switch (one.verdict) {
      case 'newer':
        stamp.storedAt = Math.max(sent, one.storedMs ?? sent);
        this.#settleUnlessUsedSince(stamp, sent);
        break;
      case 'too_soon':
        stamp.storedAt = one.storedMs ?? stamp.storedAt;
        this.pending.requeue(stamp);
        break;
      case 'locked':
        this.pending.requeue(stamp, databaseMs + this.#options.timing.flushIntervalMs);
        break;
      case 'gone':
        this.pending.settle(stamp);
        break;
      default:
        one.verdict satisfies never;
    }
  }

  #settleUnlessUsedSince(stamp: Stamp, sent: number): void {
    if (stamp.usedAt > sent) this.pending.requeue(stamp);
    else this.pending.settle(stamp);
  }

  /** A failure changes nothing for its keys. One that is about a row is narrowed down until that row waits alone. */
  #keep(batch: Stamp[], error: Error & { code?: string }): number | null {
    const isAboutRow = /^(09|21|22|23|27|38|39|44|P0)...$/.test(error.code ?? '');
    const now = this.#options.clock.now();
    const notBefore = isAboutRow && batch.length === 1 ? now + RETRY_MS.most : now;
    for (const stamp of batch) this.pending.requeue(stamp, notBefore);
    if (isAboutRow) this.#mostRows = Math.max(1, Math.floor(batch.length / 4));
    this.counts.flushFailures++;
    this.#reportFailure(error);
    return isAboutRow && ++this.#rowFailures <= MAX_ROW_FAILURES ? 1 : null;
  }

  /** The text and the code only: an error's detail can quote the row, and with it the hash. */
  #reportFailure(error: Error & { code?: string }): void {
    this.#warn(
      { code: error.code ?? null, reason: error.message, pending: this.pending.count },
      'Last-used times could not be written; they are kept and tried again.',
    );
    const message = 'The uses could not be stored; they are kept and tried again.';
    this.#waiters.fail(new KeystampError('database_unavailable', message, { cause: error }));
  }

  #nextRetry(): number {
    const retryMs = this.#retryMs;
    this.#retryMs = Math.min(RETRY_MS.most, retryMs * 2);
    return retryMs;
  }

  #reportLag(): void {
    const lagMs = Math.round(this.lagMs());
    if (lagMs < 10 * this.#options.timing.windowMs) return;
    const message = 'Writing last-used times is behind; they are kept and written in turn.';
    this.#warn({ lagMs, pending: this.pending.count }, message);
  }

  async #wait(pause: Sleeper, ms: number): Promise<void> {
    const over = pause.wait(ms);
    if (this.#waiters.any) pause.hold();
    await over;
  }

  /** A host that slept has an outdated estimate of the clock until it reads the database again: nothing is written before. */
  async #knowsTime(): Promise<boolean> {
    try {
      await this.#options.jumps.settle();
      return true;
    } catch (error) {
      this.#reportFailure(error as Error);
      return false;
    }
  }
}

function closed(): KeystampError {
  return new KeystampError('closed', 'The instance was closed before these uses were stored.');
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
