/**
 * The database's clock as this host knows it. Only differences of the host's own clock count, so a
 * host that is an hour off stamps and expires keys as exactly as any other.
 */

/** When a statement left and its answer came, by the host's clock, and what the database's clock said between. */
export interface ClockReading {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** `clock_timestamp()` in epoch ms. */
  readonly databaseMs: number;
  /** `pg_postmaster_start_time()` in epoch ms: another value means another server, or a restart of the same one. */
  readonly serverStartedMs: number;
}

export interface ClockEvents {
  /** The database's clock turns out to stand elsewhere: another server, a clock set, a host that slept. */
  readonly onStep: (stepMs: number) => void;
  /** The server is another one or has restarted; with the step of its clock, 0 where that is no more than the error of the estimates. */
  readonly onNewServer: (stepMs: number) => void;
}

/** How far two good quartz clocks drift apart in a millisecond. */
const DRIFT = 200e-6;
/** Wall and monotonic clock part by less than this unless one was set or the host slept. */
const JUMP_MS = 25;
/** A correction of the estimate by more than this moves what was recorded by it. */
const ROUGH_MS = 5;

/**
 * Keeps the interval in which `database clock - host clock` lies: each reading narrows it to
 * `[database - received, database - sent]`, time widens it by the drift. The estimate is its middle, so
 * its error is at most half the fastest recent round trip.
 */
export class DatabaseClock {
  readonly #hostMs: () => number;
  readonly #wallMs: (() => number) | null;
  #offset = Number.NaN;
  #low = 0;
  #high = 0;
  #readAt = 0;
  #serverStartedMs = Number.NaN;
  #wallAhead: number;
  readonly #events: ClockEvents;

  /** `hostNow` replaces the host's clock in tests; without it the monotonic clock counts, and the wall clock tells of sleep. */
  constructor(events: ClockEvents, hostNow?: () => number) {
    this.#events = events;
    this.#hostMs = hostNow ?? (() => performance.now());
    this.#wallMs = hostNow === undefined ? Date.now : null;
    this.#wallAhead = this.#measureWallAhead();
  }

  /** The host's clock in ms; only its differences mean something. */
  hostNow(): number {
    return this.#hostMs();
  }

  /** The database's clock in epoch ms; NaN before the first reading. */
  now(): number {
    return this.#hostMs() + this.#offset;
  }

  /** By how much the host's wall clock is ahead of the database's, in ms; behind it where negative. */
  hostAheadMs(): number {
    return (this.#wallMs ?? this.#hostMs)() - this.now();
  }

  /** The moment of the host's clock at which the database's shows `databaseMs`. */
  hostTimeOf(databaseMs: number): number {
    return databaseMs - this.#offset;
  }

  /** The database's clock at the host's `hostMs`. */
  at(hostMs: number): number {
    return hostMs + this.#offset;
  }

  /** The least and the most that the database's clock can show at the host's `hostMs`, as far as readings tell. */
  bounds(hostMs: number): { earliest: number; latest: number } {
    const widening = Math.max(0, hostMs - this.#readAt) * DRIFT;
    return { earliest: hostMs + this.#low - widening, latest: hostMs + this.#high + widening };
  }

  /** The server that the estimate belongs to; NaN before the first reading. */
  get serverStartedMs(): number {
    return this.#serverStartedMs;
  }

  read(reading: ClockReading): void {
    const low = reading.databaseMs - reading.receivedAt;
    const high = reading.databaseMs - reading.sentAt;
    const widening = Math.max(0, reading.receivedAt - this.#readAt) * DRIFT;
    const from = Math.max(low, this.#low - widening);
    const to = Math.min(high, this.#high + widening);
    const isFirst = Number.isNaN(this.#offset);
    const sameServer = reading.serverStartedMs === this.#serverStartedMs;
    this.#readAt = Math.max(this.#readAt, reading.receivedAt);
    this.#serverStartedMs = reading.serverStartedMs;
    // A restarted server mostly keeps its clock: one slow answer does not discard what is known of it.
    const stepMs =
      !isFirst && from <= to ? this.#narrow(from, to) : this.#jump(low, high, sameServer);
    if (isFirst) return;
    if (stepMs !== 0) this.#events.onStep(stepMs);
    if (!sameServer) this.#events.onNewServer(stepMs);
  }

  /**
   * True once after the wall clock has jumped against the monotonic one: the host slept (the monotonic
   * clock stands still in a suspend) or its clock was set. Which of the two, a new reading tells.
   */
  noticeJump(): boolean {
    const ahead = this.#measureWallAhead();
    const jumped = Math.abs(ahead - this.#wallAhead) > JUMP_MS;
    this.#wallAhead = ahead;
    return jumped;
  }

  /** The step that is worth telling: what was recorded by a rough estimate moves with the better one. */
  #narrow(from: number, to: number): number {
    const before = this.#offset;
    this.#settle(from, to);
    const betterMs = this.#offset - before;
    return Math.abs(betterMs) > ROUGH_MS ? betterMs : 0;
  }

  /** A small difference between two servers is the error of the estimates, not one of their clocks. */
  #jump(low: number, high: number, sameServer: boolean): number {
    const before = this.#offset;
    this.#settle(low, high);
    const differenceMs = this.#offset - before;
    return sameServer || Math.abs(differenceMs) > JUMP_MS ? differenceMs : 0;
  }

  #settle(low: number, high: number): void {
    this.#low = low;
    this.#high = high;
    this.#offset = (low + high) / 2;
  }

  /** Of a few tries the one during which the host did the least else: on a busy one, time passes between the two clocks. */
  #measureWallAhead(): number {
    if (this.#wallMs === null) return 0;
    let ahead = 0;
    let shortest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3 && shortest > 1; i++) {
      const before = this.#hostMs();
      const wall = this.#wallMs();
      const took = this.#hostMs() - before;
      if (took < shortest) ahead = wall - before;
      shortest = Math.min(shortest, took);
    }
    return ahead;
  }
}
