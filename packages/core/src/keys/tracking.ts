import type { DatabaseClock } from '../clock/database-clock.js';
import type { Database } from '../database/database.js';
import { ArgumentError } from '../errors.js';
import type { Logger } from '../keystamp.js';
import { isStorableTime } from '../model/arguments.js';
import { bookRestore, type RestoredBackup } from '../sql/book-restore.js';
import { isRestoredDump } from '../sql/is-restored-dump.js';
import { type TrackingTimes, trackingTimes } from '../sql/tracking-since.js';

/** Only a restore of another database under a running instance changes what was read. */
const REMEMBERED_MS = 60_000;

const RESTORED =
  'This database was restored from a dump. Uses of keys since the backup are missing. Run "keystamp restored --at <time of the backup>".';

/** Since when uses are recorded: it hardly ever changes, and so no page of keys asks for it again. */
export class Tracking {
  readonly #database: Database;
  readonly #clock: Pick<DatabaseClock, 'hostNow' | 'now'>;
  #read: { readonly times: TrackingTimes; readonly atMs: number } | null = null;

  constructor(database: Database, clock: Pick<DatabaseClock, 'hostNow' | 'now'>) {
    this.#database = database;
    this.#clock = clock;
  }

  async times(): Promise<TrackingTimes> {
    const now = this.#clock.hostNow();
    if (this.#read === null || now - this.#read.atMs >= REMEMBERED_MS) {
      this.#read = { times: await trackingTimes(this.#database), atMs: now };
    }
    return copyOf(this.#read.times);
  }

  /** A dump that is restored makes the tables again, which shows. A restored copy of files does not. */
  async warnOfRestore(logger: Logger): Promise<void> {
    if (await isRestoredDump(this.#database)) logger.warn({}, RESTORED);
  }

  async bookRestore(backupAt: Date): Promise<RestoredBackup> {
    checkBackupAt(backupAt, this.#clock.now());
    const restored = await bookRestore(this.#database, backupAt);
    this.#read = null;
    return restored;
  }
}

/** `nowMs` is the database's clock. */
export function checkBackupAt(backupAt: unknown, nowMs: number): Date {
  if (isStorableTime(backupAt) && backupAt.getTime() <= nowMs) return backupAt;
  throw new ArgumentError('backupAt', 'a time in the past, at which the backup was made');
}

/** A copy: a caller may change its Date. */
function copyOf({ since, restoredAt }: TrackingTimes): TrackingTimes {
  return { since: new Date(since), restoredAt: restoredAt && new Date(restoredAt) };
}
