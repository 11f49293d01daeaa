import type { DatabaseClock } from '../clock.js';
import type { Database } from '../database.js';
import type { Logger } from '../keystamp.js';
import { readClock } from '../sql/read-clock.js';
import { within } from '../within.js';

const PROBE_EVERY_MS = 500;
const PROBE_WITHIN_MS = 2_000;

/**
 * Whether the database can be asked. After a failure nobody waits for it: one probe at a time asks, and until
 * it is answered a validation is served from what is known, or refused at once as an outage.
 */
export class Reach {
  readonly #database: Database;
  readonly #clock: DatabaseClock;
  readonly #logger: Logger;
  #isOut = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { database: Database; clock: DatabaseClock; logger: Logger }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  get isOut(): boolean {
    return this.#isOut;
  }

  /** A question failed: whether it was that question or the database, the probe tells. */
  failed(error: Error): void {
    if (this.#isOut || this.#closed) return;
    this.#isOut = true;
    this.#logger.warn(
      { reason: error.message },
      'The database does not answer; known keys are served for the grace.',
    );
    void this.#probe();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #probe(): Promise<void> {
    const sentAt = this.#clock.hostNow();
    try {
      const row = await within(PROBE_WITHIN_MS, readClock(this.#database));
      this.#clock.read({ ...row, sentAt, receivedAt: this.#clock.hostNow() });
      this.#isOut = false;
      this.#logger.info({}, 'The database answers again.');
    } catch {
      if (this.#closed) return;
      this.#timer = setTimeout(() => void this.#probe(), PROBE_EVERY_MS).unref();
    }
  }
}
