/** At most so many names a minute are counted separately: made-up names cannot fill the memory. */
const MAX_NAMES = 1_000;
const MAX_LOGGED = 10;

/** Counts by name, of a bounded number of names. */
export class BoundedCounts {
  readonly #counts = new Map<string, number>();
  #others = 0;

  count(name: string): void {
    const before = this.#counts.get(name);
    if (before === undefined && this.#counts.size >= MAX_NAMES) this.#others++;
    else this.#counts.set(name, (before ?? 0) + 1);
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  /** The most frequent names with their counts, and how many the rest have together. */
  summary(): { names: Record<string, number>; others: number } {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a);
    const others = sorted.slice(MAX_LOGGED).reduce((sum, [, count]) => sum + count, this.#others);
    return { names: Object.fromEntries(sorted.slice(0, MAX_LOGGED)), others };
  }
}
