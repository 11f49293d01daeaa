import { Coalescer } from '../async/coalescer.js';
import { type Database, inLane } from '../database/database.js';
import { hasImportedKeys } from '../sql/has-imported-keys.js';

/** Longer than this no key is looked up. */
export const MAX_KEY_LENGTH = 512;
const RETRY_MS = 1_000;

/**
 * Whether texts of another shape than ours may be keys: only while there are imported ones. The database says so;
 * until it has answered they are looked up, because a good key must not be refused over an outage.
 */
export class ImportedFormats {
  readonly #database: Database;
  /** Any role of the database can send any number of notifications: they share one query, and one after it. */
  readonly #reads = new Coalescer(() => this.#read());
  #exist = false;
  #isSure = false;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Asks the database, and again until it answers. Resolves after an attempt that began no earlier than the call. */
  refresh(): Promise<void> {
    this.#turn++;
    this.#isSure = false;
    return this.#reads.ask();
  }

  mayMatch(text: string): boolean {
    return (this.#exist || !this.#isSure) && text.length > 0 && text.length <= MAX_KEY_LENGTH;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const turn = this.#turn;
    try {
      this.#exist = await inLane(this.#database, 'upkeep', hasImportedKeys);
      // What changed meanwhile is not in the answer: the next run asks again.
      this.#isSure = turn === this.#turn;
    } catch {
      if (!this.#closed) this.#timer = setTimeout(() => void this.refresh(), RETRY_MS).unref();
    }
  }
}
