import type { Executor } from '../database/database.js';
import type { Logger } from '../keystamp.js';
import { readWalPosition, type WalPosition } from '../sql/read-wal-position.js';

/** A position of the log of changes, and the database's time at which it was seen. */
interface Mark {
  readonly bytes: number;
  readonly atMs: number;
}

const MARK_EVERY_MS = 10_000;
/** Those of a day. */
const MAX_MARKS = 8_640;

/**
 * Notices that the database was set back while this instance runs: a restore to a point in time, a snapshot, a copy of files, or
 * a fail-over to a standby that had not received everything. The position that the instance remembers is then ahead of the
 * database's.
 */
export class SetBackWatch {
  readonly #clock: { now(): number };
  readonly #logger: Logger;
  #system = '';
  #marks: Mark[] = [];

  constructor(clock: { now(): number }, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Compares and remembers; `isNew`: the connection is, and a server may have been restored meanwhile. Never rejects. */
  async look(executor: Executor, isNew: boolean): Promise<void> {
    const last = this.#marks.at(-1);
    if (!isNew && last !== undefined && this.#clock.now() - last.atMs < MARK_EVERY_MS) return;
    // A role may be refused these functions; the connection reports its own end.
    const position = await readWalPosition(executor).catch(() => null);
    if (position !== null) this.compare(position);
  }

  compare({ system, bytes }: WalPosition): void {
    const last = this.#marks.at(-1);
    const isSame = system === this.#system;
    if (isSame && last !== undefined && bytes < last.bytes) this.#report(bytes, last);
    // What was seen after the restored state is of a past that is no more.
    this.#marks = isSame ? this.#marks.filter((mark) => mark.bytes <= bytes) : [];
    this.#system = system;
    this.#marks.push({ bytes, atMs: this.#clock.now() });
    if (this.#marks.length > MAX_MARKS) this.#marks.shift();
  }

  #report(bytes: number, last: Mark): void {
    const state = this.#marks.findLast((mark) => mark.bytes <= bytes) ?? null;
    const [known, seen] = [state, last].map((mark) => mark && new Date(mark.atMs).toISOString());
    const fields = { stateOf: known ?? null, lastSeen: seen ?? null };
    const at = known ?? '<time of the backup>';
    this.#logger.warn(
      fields,
      `The database was set back to an older state. Keys, revocations and uses since then are missing. If a backup was restored, run "keystamp restored --at ${at}".`,
    );
  }
}
