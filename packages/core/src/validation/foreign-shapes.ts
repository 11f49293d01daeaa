import type { Database } from '../database/database.js';
import { hasImportedKeys } from '../sql/has-imported-keys.js';

/** Longer than this no key is looked up. */
const MOST_LENGTH = 512;
const RETRY_MS = 1_000;

/**
 * Whether texts of another shape than ours may be keys: only while there are imported ones. The database says so;
 * until it has answered they are looked up, because a good key must not be refused over an outage.
 */
export class ForeignShapes {
  readonly #database: Database;
  #exist = false;
  #isSure = false;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Asks the database, and again until it answers. Resolves after the first attempt. */
  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    this.#isSure = false;
    clearTimeout(this.#timer);
    try {
      const exist = await hasImportedKeys(this.#database);
      // A later question may have been answered before.
      if (turn !== this.#turn) return;
      this.#exist = exist;
      this.#isSure = true;
    } catch {
      if (turn !== this.#turn || this.#closed) return;
      this.#timer = setTimeout(() => void this.refresh(), RETRY_MS).unref();
    }
  }

  mayBeKey(text: string): boolean {
    return (this.#exist || !this.#isSure) && text.length > 0 && text.length <= MOST_LENGTH;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
