import { Sleeper } from '../async/sleeper.js';
import { withTimeout } from '../async/with-timeout.js';
import type { Database } from '../database/database.js';
import type { Logger } from '../keystamp.js';
import { deleteOldEvents, MAX_DELETED_EVENTS } from '../sql/delete-old-events.js';

/** Programs that end sooner, such as commands, delete nothing. */
const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 60 * 60_000;
/** While there is more to delete. */
const NEXT_AFTER_MS = 1_000;
const CLOSE_WITHIN_MS = 4_500;

export interface EventRetentionOptions {
  readonly database: Database;
  readonly historyDays: number;
  readonly logger: Logger;
}

/**
 * Deletes events of the history that are over `historyDays` old, off the path of every request. Instances may do it at the
 * same time: none waits for another, and none deletes what is younger.
 */
export class EventRetention {
  readonly #options: EventRetentionOptions;
  readonly #pause = new Sleeper();
  #isStopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: EventRetentionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Lets the present statement end, for a bounded time. */
  async close(): Promise<void> {
    this.#isStopping = true;
    this.#pause.end();
    await withTimeout(CLOSE_WITHIN_MS, this.#running).catch(() => {});
  }

  /** One statement. Resolves to the time until the next one, in ms; never rejects. */
  async deletePiece(): Promise<number> {
    const { database, historyDays, logger } = this.#options;
    try {
      const deleted = await deleteOldEvents(database, historyDays);
      return deleted < MAX_DELETED_EVENTS ? EVERY_MS : NEXT_AFTER_MS;
    } catch (error) {
      const message = 'Could not delete old events of the history; trying again in an hour.';
      if (!this.#isStopping) logger.warn({ err: error }, message);
      return EVERY_MS;
    }
  }

  async #run(): Promise<void> {
    let waitMs = FIRST_AFTER_MS;
    while (!this.#isStopping) {
      await this.#pause.wait(waitMs);
      if (!this.#isStopping) waitMs = await this.deletePiece();
    }
  }
}
