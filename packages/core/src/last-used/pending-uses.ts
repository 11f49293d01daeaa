import { MAX_AHEAD_MS } from '../sql/max-ahead.js';
import { attemptAt, type FlushTiming, lookAt } from './flush-schedule.js';
import type { Stamp } from './stamp.js';
import { StampList } from './stamp-list.js';
import { UseWatch } from './use-watch.js';

/** Stamps looked at in one go, so that a million of them never hold the event loop. */
const PROMOTE_AT_ONCE = 20_000;
const NOTHING_STORED = 0.5;

/** Stamps that fell due at the same look. */
interface DueRun {
  readonly sinceMs: number;
  readonly stamps: StampList;
}

/**
 * The keys with a use that is not stored yet, each in one of three places: `fresh` (used since the last
 * look), `waiting` (in the slot of time in which it is to be tried), `due` (to be written now). Bounded by
 * the number of keys.
 */
export class PendingUses {
  readonly #timing: FlushTiming;
  readonly #slotMs: number;
  readonly #fresh = new StampList();
  readonly #waiting = new Map<number, StampList>();
  /** The longest-waiting first. */
  #due: DueRun[] = [];
  /** Those last taken; of them the pending are on their way to the database. */
  #taken: readonly Stamp[] = [];
  #count = 0;
  readonly #watches = new Set<UseWatch>();

  constructor(timing: FlushTiming, slotMs: number) {
    this.#timing = timing;
    this.#slotMs = slotMs;
  }

  /** How many keys have a use that is not stored. */
  get count(): number {
    return this.#count;
  }

  /** How long the longest-waiting of the due has been due, in ms; 0 where none is. */
  lagMs(nowMs: number): number {
    const [first] = this.#due;
    return first === undefined ? 0 : Math.max(0, nowMs - first.sinceMs);
  }

  /** Notes a use. The one thing that happens on the path of a request. */
  record(stamp: Stamp, nowMs: number): void {
    stamp.usedAt = nowMs;
    if (stamp.pending) return;
    stamp.pending = true;
    // The database's clock was put back since: what it stored then is nobody's use now.
    if (stamp.storedAt > nowMs + MAX_AHEAD_MS) stamp.storedAt = NOTHING_STORED;
    this.#count++;
    this.#fresh.push(stamp);
    if (this.#watches.size > 0) for (const watch of this.#watches) watch.see(stamp);
  }

  /**
   * Sees the uses of these keys that are not stored yet, those on their way to the database too, and from now on until
   * `unwatch` each that comes. The look takes turns of bounded length, and none where nothing is pending.
   */
  async watch(ids: ReadonlySet<string>): Promise<UseWatch> {
    const watch = new UseWatch(ids);
    this.#watches.add(watch);
    const onTheirWay = this.#taken.filter(({ pending }) => pending);
    const pieces = this.#count === 0 ? [] : [...this.pieces(), onTheirWay];
    let left = PROMOTE_AT_ONCE;
    for (const piece of pieces) {
      for (const stamp of piece) watch.see(stamp);
      left -= piece.length;
      if (left > 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      left = PROMOTE_AT_ONCE;
    }
    return watch;
  }

  unwatch(watch: UseWatch): void {
    this.#watches.delete(watch);
  }

  /** Moves what is to be tried by `nowMs` to the due. False while there is more to look at: call again in a later turn. */
  promoteDue(nowMs: number, all = false): boolean {
    let left = PROMOTE_AT_ONCE;
    const slot = Math.floor(nowMs / this.#slotMs);
    left = this.#promoteList(this.#fresh, left, nowMs, all);
    for (const [at, stamps] of this.#waiting) {
      if (left <= 0) return false;
      if (at > slot && !all) continue;
      left = this.#promoteList(stamps, left, nowMs, all);
      if (stamps.length === 0) this.#waiting.delete(at);
    }
    return left > 0;
  }

  /** Takes at most `most` of the due, those that waited longest, in the order of their ids; they still count as pending. */
  take(most: number): Stamp[] {
    const taken: Stamp[] = [];
    for (let run = this.#due[0]; run !== undefined && taken.length < most; run = this.#due[0]) {
      // From the end of a run: all of it has waited equally long, and nothing has to be moved.
      for (let stamp = run.stamps.pop(); stamp !== undefined; stamp = run.stamps.pop()) {
        if (taken.push(stamp) === most) break;
      }
      if (run.stamps.length === 0) this.#due.shift();
    }
    this.#taken = taken.sort(byId);
    return taken;
  }

  /** Puts back one that was taken: it is tried again by the schedule, or not before `notBeforeMs`. */
  requeue(stamp: Stamp, notBeforeMs = 0): void {
    this.#waitUntil(stamp, Math.max(this.#lookAt(stamp, notBeforeMs), notBeforeMs));
  }

  /** One that was taken has nothing left to write. */
  settle(stamp: Stamp): void {
    stamp.pending = false;
    this.#count--;
  }

  /** Every pending stamp, but for those taken, copied into arrays of bounded length. */
  pieces(): Stamp[][] {
    const due = this.#due.map(({ stamps }) => stamps);
    return [this.#fresh, ...due, ...this.#waiting.values()].flatMap((list) => list.pieces());
  }

  /** Every pending stamp from the beginning, with nothing known to be stored: after the clock or the server changed. */
  restart(visit: (stamp: Stamp) => void): void {
    for (const { stamps } of this.#due) this.#fresh.absorb(stamps);
    for (const stamps of this.#waiting.values()) this.#fresh.absorb(stamps);
    this.#due = [];
    this.#waiting.clear();
    this.#fresh.each((stamp) => {
      stamp.storedAt = NOTHING_STORED;
      visit(stamp);
    });
  }

  /** Makes a stamp pending that was written before, as if its last use had just been recorded. */
  markPendingAgain(stamp: Stamp): void {
    stamp.storedAt = NOTHING_STORED;
    this.record(stamp, stamp.usedAt);
  }

  #promoteList(stamps: StampList, most: number, nowMs: number, all: boolean): number {
    let left = most;
    for (
      let stamp = stamps.pop();
      stamp !== undefined;
      stamp = left > 0 ? stamps.pop() : undefined
    ) {
      left--;
      const at = attemptAt(stamp.usedAt, stamp.storedAt, this.#timing);
      if (all || at <= nowMs) this.#makeDue(stamp, nowMs);
      else this.#waitUntil(stamp, this.#lookAt(stamp, nowMs));
    }
    return left;
  }

  #lookAt({ usedAt, storedAt }: Stamp, nowMs: number): number {
    return lookAt(usedAt, storedAt, nowMs, this.#timing);
  }

  #makeDue(stamp: Stamp, nowMs: number): void {
    const last = this.#due.at(-1);
    if (last?.sinceMs === nowMs) {
      last.stamps.push(stamp);
      return;
    }
    const stamps = new StampList();
    stamps.push(stamp);
    this.#due.push({ sinceMs: nowMs, stamps });
  }

  #waitUntil(stamp: Stamp, atMs: number): void {
    const slot = Math.ceil(atMs / this.#slotMs);
    const stamps = this.#waiting.get(slot) ?? new StampList();
    stamps.push(stamp);
    this.#waiting.set(slot, stamps);
  }
}

function byId(one: Stamp, other: Stamp): number {
  return one.id < other.id ? -1 : 1;
}
