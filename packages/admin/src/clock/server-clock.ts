/** One answer: its `as_of`, which is the database's time, and this browser's clock, in epoch ms. */
export interface TimedAnswer {
  readonly asOfMs: number;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/** The database's clock is this browser's clock plus something between the two. */
export interface OffsetBounds {
  readonly lowMs: number;
  readonly highMs: number;
}

/**
 * Narrows what is known by one more answer. `as_of` is cut to the millisecond and was read between sending and
 * receiving; bounds that no longer meet mean that a clock was set, and the newest counts.
 */
export function narrowOffset(known: OffsetBounds | null, answer: TimedAnswer): OffsetBounds {
  const lowMs = answer.asOfMs - answer.receivedAtMs;
  const highMs = answer.asOfMs + 1 - answer.sentAtMs;
  if (known === null) return { lowMs, highMs };
  const both = { lowMs: Math.max(known.lowMs, lowMs), highMs: Math.min(known.highMs, highMs) };
  return both.lowMs <= both.highMs ? both : { lowMs, highMs };
}

let bounds: OffsetBounds | null = null;

/** Learns from the `as_of` of an answer; an answer without one is passed over. */
export function learnServerTime(answer: unknown, sentAtMs: number, receivedAtMs: number): void {
  const { as_of: asOf } = (answer ?? {}) as { as_of?: unknown };
  const asOfMs = typeof asOf === 'string' ? Date.parse(asOf) : Number.NaN;
  if (Number.isFinite(asOfMs)) bounds = narrowOffset(bounds, { asOfMs, sentAtMs, receivedAtMs });
}

/** Now by the database's clock, as well as answers tell; before the first one, by the browser's. */
export function serverNow(): Date {
  const offset = bounds === null ? 0 : (bounds.lowMs + bounds.highMs) / 2;
  return new Date(Date.now() + offset);
}

/** Forgets what was learned. For tests. */
export function forgetServerTime(): void {
  bounds = null;
}
