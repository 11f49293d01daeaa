import type { Stamp } from './stamp.js';

interface Waiter {
  readonly uses: readonly { readonly stamp: Stamp; readonly usedAt: number }[];
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
  waitFor(stamps: readonly Stamp[]): Promise<void> {
    const uses = stamps.map((stamp) => ({ stamp, usedAt: stamp.usedAt }));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ uses, resolve, reject });
    });
  }

  /** Lets go those whose uses are stored. */
  settle(): void {
    if (this.#waiters.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => {
      const isStored = waiter.uses.every(
        ({ stamp, usedAt }) => !stamp.pending || stamp.storedAt >= usedAt,
      );
      if (isStored) waiter.resolve();
      return !isStored;
    });
  }

  fail(error: Error): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }
}
