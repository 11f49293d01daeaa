const LONGEST_MS = 30_000;
const FIRST_MS = 1_000;
/** A worker that served for so long was well: its end says nothing about the next one. */
const STEADY_MS = 60_000;
/** So many starts in a row that came to nothing, while no worker serves, are enough. */
const MAX_FAILED_STARTS = 5;

/** How soon a worker that ended is started again, so that one that ends at once does not keep a core busy. */
export class RestartPace {
  #inARow = 0;
  #failedStarts = 0;

  /**
   * The delay in ms before the next start: none for the first end, then 1 s, 2 s, 4 s and so on up to 30 s.
   * `servedMs`: for how long the worker took requests; null: it never did.
   */
  delayAfter(servedMs: number | null): number {
    if (servedMs === null) this.#failedStarts += 1;
    if (servedMs !== null && servedMs >= STEADY_MS) this.#inARow = 0;
    this.#inARow += 1;
    return this.#inARow === 1 ? 0 : Math.min(FIRST_MS * 2 ** (this.#inARow - 2), LONGEST_MS);
  }

  /** A worker takes requests. */
  serves(): void {
    this.#failedStarts = 0;
  }

  /** Whether starting again has been tried often enough, given that no worker serves. */
  get isHopeless(): boolean {
    return this.#failedStarts >= MAX_FAILED_STARTS;
  }
}
