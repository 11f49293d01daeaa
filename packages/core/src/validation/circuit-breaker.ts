import type { DatabaseClock } from '../clock/database-clock.js';
import type { Database } from '../database/database.js';
import { type QueryTarget, queryWithDeadline } from '../database/query-with-deadline.js';
import { isOverload } from '../errors.js';
import type { Logger } from '../keystamp.js';
import { checkPrimary } from '../sql/check-primary.js';
import type { ClockRow } from '../sql/read-clock.js';

const PROBE_EVERY_MS = 500;
const PROBE_TIMEOUT_MS = 2_000;
const MINUTE_MS = 60_000;

/**
 * Whether the database is available. After a failure nothing waits for it: one probe at a time runs, and until
 * it succeeds a validation is answered from the cache, or fails at once as an outage.
 */
export class CircuitBreaker {
  readonly #target: QueryTarget;
  readonly #database: Database;
  readonly #clock: DatabaseClock;
  readonly #logger: Logger;
  #isOpen = false;
  #closed = false;
  #isChecking = false;
  #probing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #isReported = false;

  constructor(options: QueryTarget & { database: Database; clock: DatabaseClock; logger: Logger }) {
    this.#target = options;
    this.#database = options.database;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A query failed: a probe finds out whether it was that query or the database. */
  trip(error: Error): void {
    if (this.#isOpen || this.#closed || isOverload(error)) return;
    this.#isOpen = true;
    this.#report(error);
    this.#probeSoon();
  }

  /** Something else failed at the database: an instance without requests notices an outage too. */
  async probe(): Promise<void> {
    if (this.#isOpen || this.#closed || this.#isChecking) return;
    this.#isChecking = true;
    await this.#query().catch((error) => this.trip(error));
    this.#isChecking = false;
  }

  /** While open, probes at once instead of at the next interval. Resolves after the probe, whatever its result. */
  async probeNow(): Promise<void> {
    await this.#probing;
    if (this.#isOpen && !this.#closed) await this.#probeSoon();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #probeSoon(): Promise<void> {
    clearTimeout(this.#timer);
    this.#probing = this.#attempt();
    return this.#probing;
  }

  async #attempt(): Promise<void> {
    const sentAt = this.#clock.hostNow();
    try {
      const row = await this.#query();
      this.#clock.read({ ...row, sentAt, receivedAt: this.#clock.hostNow() });
      this.#isOpen = false;
      if (this.#isReported) this.#logger.info({}, 'The database answers again.');
    } catch {
      if (this.#closed) return;
      this.#timer = setTimeout(() => void this.#probeSoon(), PROBE_EVERY_MS).unref();
    }
  }

  /** If every connection is busy, one outside the pool finds out whether the database answers. */
  async #query(): Promise<ClockRow> {
    try {
      return await queryWithDeadline(PROBE_TIMEOUT_MS, this.#target, checkPrimary);
    } catch (error) {
      if (!isOverload(error) || this.#database.kind === 'embedded') throw error;
      const connect = () => this.#database.connectDirect();
      return queryWithDeadline(
        PROBE_TIMEOUT_MS,
        { ...this.#target, database: { connect } },
        checkPrimary,
      );
    }
  }

  /** One line a minute, however often it goes and comes back. */
  #report(error: Error): void {
    const now = performance.now();
    this.#isReported = now - this.#reportedAt >= MINUTE_MS;
    if (!this.#isReported) return;
    this.#reportedAt = now;
    if (isRefusal(error)) {
      this.#isReported = false;
      const refused = 'The database answers, but rejects the query for a key.';
      this.#logger.error({ reason: error.message }, `${refused} Is the schema there?`);
      return;
    }
    const message =
      'The database is unavailable; cached keys stay valid for the grace of an outage.';
    this.#logger.warn({ reason: error.message }, message);
  }
}

/** A table, a column, the schema or a right is missing: not an outage, and it lasts until somebody repairs it. */
function isRefusal(error: Error): boolean {
  return /^(42|3F)/.test(String((error as { code?: unknown }).code));
}
