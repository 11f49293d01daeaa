import type { Stamp } from './stamp.js';

interface Waiter {
  /** Those not seen to be stored; of each the use that is waited for, at the same place. */
  readonly stamps: Stamp[];
  readonly uses: number[];
  /** Those whose use has not been noted yet. */
  readonly unread: (readonly Stamp[])[];
  resolve(): void;
  reject(error: Error): void;
}

/** Those who wait for uses to be stored: the callers of `flush()`. */
export class FlushWaiters {
  #waiters: Waiter[] = [];

  get any(): boolean {
    return this.#waiters.length > 0;
  }

  /** Resolves when each of these stamps has its present use stored, or a newer one. */
  waitFor(pieces: (readonly Stamp[])[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { stamps: [], uses: [], unread: pieces, resolve, reject };
      this.#waiters.push(waiter);
      this.#read(waiter);
    });
  }

  /** Lets go those whose uses are stored. */
  settle(): void {
    if (this.#waiters.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => {
      const isStored = forgetStored(waiter) && waiter.unread.length === 0;
      if (isStored) waiter.resolve();
      return !isStored;
    });
  }

  fail(error: Error): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  /** A piece in each turn of the event loop: a million keys may be pending. A use that comes meanwhile is waited for too. */
  #read(waiter: Waiter): void {
    for (const stamp of waiter.unread.pop() ?? []) {
      if (!stamp.pending) continue;
      waiter.stamps.push(stamp);
      waiter.uses.push(stamp.usedAt);
    }
    if (waiter.unread.length > 0) setImmediate(() => this.#read(waiter));
    else this.settle();
  }
}

/** What is stored stays stored, so each is looked at until it is, and never again. True where none is left. */
function forgetStored({ stamps, uses }: Waiter): boolean {
  for (let last = stamps.at(-1); last !== undefined; last = stamps.at(-1)) {
    if (last.pending && last.storedAt < (uses.at(-1) as number)) return false;
    stamps.pop();
    uses.pop();
  }
  return true;
}
