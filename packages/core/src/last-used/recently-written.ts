import type { Stamp } from './stamp.js';
import { StampList } from './stamp-list.js';

const MINUTE_MS = 60_000;

/**
 * The stamps written in this minute and the one before. A fail-over to an asynchronous standby, or a crash,
 * can lose what was acknowledged shortly before; these are then written again.
 */
export class RecentlyWritten {
  #minute = 0;
  #current = new StampList();
  #previous = new StampList();

  /** `nowMs` of a clock that only goes forward. */
  note(stamp: Stamp, nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) this.#turn(minute);
    if (stamp.writtenIn === minute) return;
    stamp.writtenIn = minute;
    this.#current.push(stamp);
  }

  /** Hands all of them over, each once or twice, and forgets them. */
  drain(): Stamp[] {
    const all = [...this.#previous.pieces(), ...this.#current.pieces()].flat();
    for (const stamp of all) stamp.writtenIn = -1;
    this.#previous = new StampList();
    this.#current = new StampList();
    return all;
  }

  #turn(minute: number): void {
    this.#previous = minute === this.#minute + 1 ? this.#current : new StampList();
    this.#current = new StampList();
    this.#minute = minute;
  }
}
