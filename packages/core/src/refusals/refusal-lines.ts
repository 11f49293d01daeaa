import type { Logger } from '../keystamp.js';
import type { RefusedKey } from '../sql/write-refusals.js';

const MINUTE_MS = 60_000;
const MAX_LINES_A_MINUTE = 1_000;

/** The lines of the log about refused keys: so many a minute, then one with the number of the others. */
export class RefusalLines {
  readonly #logger: Logger;
  #minute = Number.NaN;
  #left = 0;
  #waiting: RefusedKey[] = [];
  #others = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** A key that has no line in this minute yet. `write` writes it: a log may be slow, and this is a request. */
  add(refused: RefusedKey, minute: number): void {
    if (minute !== this.#minute) this.#left = MAX_LINES_A_MINUTE;
    this.#minute = minute;
    if (this.#left > 0) {
      this.#left--;
      this.#waiting.push(refused);
      return;
    }
    this.#others++;
    this.#timer ??= setTimeout(() => this.#writeOthers(), MINUTE_MS).unref();
  }

  write(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { keyId, keyPrefix, reason, route, network } of waiting) {
      const fields = { key: keyId, keyPrefix, reason, route, network };
      this.#logger.info(fields, 'A refused key was presented.');
    }
  }

  /** Writes what is left. */
  close(): void {
    this.write();
    this.#writeOthers();
  }

  #writeOthers(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#others === 0) return;
    this.#logger.info({ keys: this.#others }, 'More refused keys were presented.');
    this.#others = 0;
  }
}
