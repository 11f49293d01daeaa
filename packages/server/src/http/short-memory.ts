/** Values that count for a while, at most so many: the one that was put in longest ago goes first. */
export class ShortMemory<Value> {
  readonly #max: number;
  readonly #entries = new Map<string, { readonly value: Value; readonly until: number }>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Undefined: it is not remembered, or its time is over. Times are of the monotonic clock, in ms. */
  get(key: string, now = performance.now()): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (now < entry.until) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value, forMs: number, now = performance.now()): void {
    this.#entries.delete(key);
    if (forMs <= 0) return;
    this.#entries.set(key, { value, until: now + forMs });
    if (this.#entries.size <= this.#max) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
