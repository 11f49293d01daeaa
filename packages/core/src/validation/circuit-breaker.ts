import type { DatabaseClock } from '../clock/database-clock.js';
import type { Database } from '../database/database.js';
import { type Asking, askWithin } from '../database/query-with-deadline.js';
import { isOverload } from '../errors.js';
import type { Logger } from '../keystamp.js';
import { checkPrimary } from '../sql/check-primary.js';
import type { ClockRow } from '../sql/read-clock.js';

const LOOK_EVERY_MS = 500;
const LOOK_WITHIN_MS = 2_000;
const MINUTE_MS = 60_000;

/**
 * Whether the database can be asked. After a failure nobody waits for it: one look at a time is taken, and until
 * it is answered a validation is served from what is known, or refused at once as an outage.
 */
export class Reach {
  readonly #asking: Asking;
  readonly #database: Database;
  readonly #clock: DatabaseClock;
  readonly #logger: Logger;
  #isOut = false;
  #closed = false;
  #isSuspecting = false;
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #isTold = false;

  constructor(options: Asking & { database: Database; clock: DatabaseClock; logger: Logger }) {
    this.#asking = options;
    this.#database = options.database;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  get isOut(): boolean {
    return this.#isOut;
  }

  /** A question failed: whether it was that question or the database, a look tells. */
  failed(error: Error): void {
    if (this.#isOut || this.#closed || isOverload(error)) return;
    this.#isOut = true;
    this.#tell(error);
    this.#look();
  }

  /** Something near the database failed, but no question: an instance that nobody asks notices an outage too. */
  async suspect(): Promise<void> {
    if (this.#isOut || this.#closed || this.#isSuspecting) return;
    this.#isSuspecting = true;
    await this.#probe().catch((error) => this.failed(error));
    this.#isSuspecting = false;
  }

  /** Where the database is out, looks at once instead of at the next turn. Resolves when the look is over, whatever it found. */
  async lookNow(): Promise<void> {
    await this.#looking;
    if (this.#isOut && !this.#closed) await this.#look();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #look(): Promise<void> {
    clearTimeout(this.#timer);
    this.#looking = this.#ask();
    return this.#looking;
  }

  async #ask(): Promise<void> {
    const sentAt = this.#clock.hostNow();
    try {
      const row = await this.#probe();
      this.#clock.read({ ...row, sentAt, receivedAt: this.#clock.hostNow() });
      this.#isOut = false;
      if (this.#isTold) this.#logger.info({}, 'The database answers again.');
    } catch {
      if (this.#closed) return;
      this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS).unref();
    }
  }

  /** Where every connection is busy, one past the pool tells whether the database answers. */
  async #probe(): Promise<ClockRow> {
    try {
      return await askWithin(LOOK_WITHIN_MS, this.#asking, checkPrimary);
    } catch (error) {
      if (!isOverload(error) || this.#database.kind === 'embedded') throw error;
      const connect = () => this.#database.connectDirect();
      return askWithin(LOOK_WITHIN_MS, { ...this.#asking, database: { connect } }, checkPrimary);
    }
  }

  /** One line a minute, however often it goes and comes back. */
  #tell(error: Error): void {
    const now = performance.now();
    this.#isTold = now - this.#toldAt >= MINUTE_MS;
    if (!this.#isTold) return;
    this.#toldAt = now;
    if (isRefusal(error)) {
      this.#isTold = false;
      const refused = 'The database answers, but refuses the question about a key.';
      this.#logger.error({ reason: error.message }, `${refused} Is the schema there?`);
      return;
    }
    const message = 'The database cannot be asked; known keys are served for the grace.';
    this.#logger.warn({ reason: error.message }, message);
  }
}

/** A table, a column, the schema or a right is missing: no outage, and it does not pass by itself. */
function isRefusal(error: Error): boolean {
  return /^(42|3F)/.test(String((error as { code?: unknown }).code));
}
