import type { DatabaseClock } from '../clock.js';
import type { Database } from '../database/database.js';
import { trackingSince } from '../sql/tracking-since.js';

/** Only a restore of another database under a running instance changes what was read. */
const REMEMBERED_MS = 60_000;

/** When uses began to be recorded: it does not change, and so no page of keys asks for it again. */
export class Tracking {
  readonly #database: Database;
  readonly #clock: Pick<DatabaseClock, 'hostNow'>;
  #read: { readonly sinceMs: number; readonly atMs: number } | null = null;

  constructor(database: Database, clock: Pick<DatabaseClock, 'hostNow'>) {
    this.#database = database;
    this.#clock = clock;
  }

  async since(): Promise<Date> {
    const now = this.#clock.hostNow();
    if (this.#read !== null && now - this.#read.atMs < REMEMBERED_MS) {
      return new Date(this.#read.sinceMs);
    }
    const since = await trackingSince(this.#database);
    this.#read = { sinceMs: since.getTime(), atMs: now };
    return since;
  }
}
