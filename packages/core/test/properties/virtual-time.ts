/**
 * Time that a program moves by hand: timers of the engine run in it, in their order, as fast as the
 * processor allows. A minute of twenty instances takes a part of a second and comes out the same each time.
 */

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

const realTimers = { setTimeout, clearTimeout, setImmediate };

export class VirtualTime {
  #now: number;
  #order = 0;
  readonly #queue = new TimerQueue();
  readonly #cancelled = new WeakSet<Timer>();
  #restorePerformance: () => void = () => {};

  constructor(startMs: number) {
    this.#now = startMs;
  }

  get now(): number {
    return this.#now;
  }

  /** From here on the timers of this process are virtual, until `restore()`. */
  install(): void {
    const fake = {
      setTimeout: (act: () => void, ms = 0) => this.at(this.#now + Math.max(0, ms), act),
      clearTimeout: (handle?: { cancel?(): void }) => handle?.cancel?.(),
      setImmediate: (act: () => void) => this.at(this.#now, act),
    };
    Object.assign(globalThis, fake);
    const performanceNow = performance.now;
    performance.now = () => this.#now;
    this.#restorePerformance = () => {
      performance.now = performanceNow;
    };
  }

  restore(): void {
    Object.assign(globalThis, realTimers);
    this.#restorePerformance();
  }

  /** Calls `act` at a moment. The handle is that of a timer of Node, as far as the engine uses it. */
  at(ms: number, act: () => void): { ref(): unknown; unref(): unknown; cancel(): void } {
    const timer = { at: ms, order: this.#order++, act };
    this.#queue.push(timer);
    const handle = {
      ref: () => handle,
      unref: () => handle,
      cancel: () => void this.#cancelled.add(timer),
    };
    return handle;
  }

  /** Resolves after `ms` of this time. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.#now + ms, resolve));
  }

  /** Lets time pass until `untilMs`; whatever an event sets going is done before the next. */
  async runUntil(untilMs: number): Promise<void> {
    await settled();
    for (let next = this.#queue.first; next !== undefined && next.at <= untilMs; ) {
      this.#queue.shift();
      if (!this.#cancelled.has(next)) {
        this.#now = Math.max(this.#now, next.at);
        next.act();
        await settled();
      }
      next = this.#queue.first;
    }
    this.#now = Math.max(this.#now, untilMs);
  }
}

/** All promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => realTimers.setImmediate(resolve));
}

/** A heap: the earliest first, and of equals the one asked for first. */
class TimerQueue {
  readonly #heap: Timer[] = [];

  get first(): Timer | undefined {
    return this.#heap[0];
  }

  push(timer: Timer): void {
    const heap = this.#heap;
    heap.push(timer);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  shift(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, least)) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const one = this.#heap[a] as Timer;
    const other = this.#heap[b] as Timer;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  #swap(a: number, b: number): void {
    const one = this.#heap[a] as Timer;
    this.#heap[a] = this.#heap[b] as Timer;
    this.#heap[b] = one;
  }
}
