import type { Stamp } from './stamp.js';

/** The uses of some keys that may not be stored yet, from the moment on at which the watch was set. */
export class UseWatch {
  readonly #ids: ReadonlySet<string>;
  readonly #stamps = new Set<Stamp>();

  constructor(ids: ReadonlySet<string>) {
    this.#ids = ids;
  }

  /** Shows it a pending stamp. One that was seen stays: it may be stored, and used again. */
  see(stamp: Stamp): void {
    if (this.#ids.has(stamp.id)) this.#stamps.add(stamp);
  }

  /** The newest use of each key that has been pending, by the database's clock in epoch ms, as of now. */
  newest(): Map<string, number> {
    const newest = new Map<string, number>();
    for (const { id, usedAt } of this.#stamps) {
      newest.set(id, Math.max(usedAt, newest.get(id) ?? usedAt));
    }
    return newest;
  }
}
