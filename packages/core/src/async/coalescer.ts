/**
 * Runs one job at a time. Callers during a run share the next run: called with each request, it
 * costs no more than two.
 */
export class Coalescer {
  readonly #work: () => Promise<void>;
  #present: Promise<void> | null = null;
  /** Begins when the present one is over. */
  #next: Promise<void> | null = null;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Resolves, or rejects, with a run that begins now or later. */
  ask(): Promise<void> {
    if (this.#next !== null) return this.#next;
    if (this.#present === null) return this.#begin();
    const next = () => {
      this.#next = null;
      return this.#begin();
    };
    this.#next = this.#present.then(next, next);
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#present = this.#work().finally(() => {
      this.#present = null;
    });
    return this.#present;
  }
}
