/** One answer of the server, by its `Date` header and by this browser's clock, in epoch ms. */
export interface TimedAnswer {
  readonly dateMs: number;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/** The server's clock is this browser's clock plus something between the two. */
export interface OffsetBounds {
  readonly lowMs: number;
  readonly highMs: number;
}

/**
 * Narrows what is known by one more answer. The header is cut to the second and was written between
 * sending and receiving; bounds that no longer meet mean that a clock was set, and the newest counts.
 */
export function narrowOffset(known: OffsetBounds | null, answer: TimedAnswer): OffsetBounds {
  const lowMs = answer.dateMs - answer.receivedAtMs;
  const highMs = answer.dateMs + 1000 - answer.sentAtMs;
  if (known === null) return { lowMs, highMs };
  const both = { lowMs: Math.max(known.lowMs, lowMs), highMs: Math.min(known.highMs, highMs) };
  return both.lowMs <= both.highMs ? both : { lowMs, highMs };
}

let bounds: OffsetBounds | null = null;

/** Learns from an answer's `Date` header; an unreadable one is passed over. */
export function learnServerTime(
  dateHeader: string | null,
  sentAtMs: number,
  receivedAtMs: number,
): void {
  const dateMs = Date.parse(dateHeader ?? '');
  if (Number.isFinite(dateMs)) bounds = narrowOffset(bounds, { dateMs, sentAtMs, receivedAtMs });
}

/** Now by the server's clock, as well as its answers tell; before the first one, by the browser's. */
export function serverNow(): Date {
  const offset = bounds === null ? 0 : (bounds.lowMs + bounds.highMs) / 2;
  return new Date(Date.now() + offset);
}

/** Forgets what was learned. For tests. */
export function forgetServerTime(): void {
  bounds = null;
}
