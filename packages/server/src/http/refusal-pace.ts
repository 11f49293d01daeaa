/** How refusals with 429 are held back. All in ms. */
export interface RefusalPaceLimits {
  /** A refusal is held back for about so long. */
  readonly refusalHoldMs: number;
  /** Between two refusals, once so many wait that they take longer. */
  readonly refusalGapMs: number;
  readonly longestRefusalHoldMs: number;
}

/**
 * Spreads refusals over time. Somebody who sends the next request as soon as the last is refused keeps the server as busy with
 * thousands of connections as with a few: at most one answer each `refusalGapMs`.
 */
export class RefusalPace {
  readonly #limits: RefusalPaceLimits;
  #lastAtMs = 0;

  constructor(limits: RefusalPaceLimits) {
    this.#limits = limits;
  }

  /** How long the next refusal is held back, in ms. `nowMs`: of a monotonic clock; `random`: 0 to 1. */
  hold(nowMs: number, random: number): number {
    const { refusalHoldMs, refusalGapMs, longestRefusalHoldMs } = this.#limits;
    const latest = nowMs + longestRefusalHoldMs;
    this.#lastAtMs = Math.min(Math.max(nowMs, this.#lastAtMs) + refusalGapMs, latest);
    // Not all at the same time: those that were refused together come again together.
    const own = refusalHoldMs * (0.5 + random);
    return Math.max(own, this.#lastAtMs - nowMs);
  }
}
