import type { Logger } from '../keystamp.js';
import type { DatabaseClock } from './database-clock.js';

/** Clocks that are set by the network part by far less. */
const WARN_FROM_MS = 5_000;

/** Warns once where the host's clock is wrong. Keystamp goes by the database's clock; other programs on the host do not. */
export class ClockOffsetWarning {
  readonly #clock: DatabaseClock;
  readonly #logger: Logger;
  #isDone = false;

  constructor(clock: DatabaseClock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Call it after a reading of the database's clock: after a sleep of the host the estimate is old. */
  check(): void {
    const aheadMs = this.#clock.hostAheadMs();
    if (this.#isDone || Math.abs(aheadMs) <= WARN_FROM_MS) return;
    this.#isDone = true;
    const clockOffsetSeconds = Math.round(aheadMs / 1000);
    this.#logger.warn({ clockOffsetSeconds }, messageOf(clockOffsetSeconds));
  }
}

function messageOf(seconds: number): string {
  const side = seconds > 0 ? 'ahead of' : 'behind';
  return `The clock of this host is ${Math.abs(seconds)} s ${side} the clock of the database. Keystamp uses the clock of the database. Times in the log are of this host.`;
}
