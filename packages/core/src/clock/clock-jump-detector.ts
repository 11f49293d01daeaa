import { type Database, inLane } from '../database/database.js';
import { readClock } from '../sql/read-clock.js';
import type { DatabaseClock } from './database-clock.js';

/**
 * Notices that the host slept or its clock was set. What the instance believes of the database's clock holds no more
 * then, until the next reading of the database.
 */
export class ClockJumpDetector {
  readonly #clock: DatabaseClock;
  readonly #database: Database;
  readonly #onJump: () => void;
  #lookedAt = Number.NaN;
  #since: number | null = null;
  #jumps = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `onJump` is called at a jump: no time that the instance knows holds any more. */
  constructor(clock: DatabaseClock, database: Database, onJump: () => void) {
    this.#clock = clock;
    this.#database = database;
    this.#onJump = onJump;
  }

  /** The database's time of the last look before a jump that is not dealt with; null: there was none. */
  get since(): number | null {
    return this.#since;
  }

  /** On a timer of its own: those who want the time may be waiting for a database that is away. */
  start(everyMs: number): void {
    this.#lookedAt = this.#clock.now();
    this.#timer = setInterval(() => this.#look(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Asks the database for its time, where a jump made that necessary; rejects when it does not answer. */
  async settle(): Promise<void> {
    if (this.#since === null) return;
    const jumps = this.#jumps;
    const sentAt = this.#clock.hostNow();
    const row = await inLane(this.#database, 'upkeep', readClock);
    this.#clock.read({ ...row, sentAt, receivedAt: this.#clock.hostNow() });
    // Another jump while it answered: the answer is from before it.
    if (jumps === this.#jumps) this.#since = null;
  }

  #look(): void {
    const since = this.#lookedAt;
    this.#lookedAt = this.#clock.now();
    if (!this.#clock.noticeJump()) return;
    this.#jumps++;
    this.#since ??= since;
    this.#onJump();
  }
}
