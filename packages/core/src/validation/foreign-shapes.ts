import type { Database } from '../database.js';
import { hasImportedKeys } from '../sql/has-imported-keys.js';

/** Longer than this no key is looked up. */
const MOST_LENGTH = 512;

/** Whether texts of another shape than ours may be keys: only while there are imported ones. The database says so. */
export class ForeignShapes {
  readonly #database: Database;
  #exist = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Asks the database. What was known stays where it does not answer. */
  async refresh(): Promise<void> {
    this.#exist = await hasImportedKeys(this.#database).catch(() => this.#exist);
  }

  mayBeKey(text: string): boolean {
    return this.#exist && text.length > 0 && text.length <= MOST_LENGTH;
  }
}
