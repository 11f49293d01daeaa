/** The two times that say when a key's use is to be written; both in ms. */
export interface FlushTiming {
  /** The precision: a key's stamp is written about once in it, over the whole fleet. */
  readonly windowMs: number;
  /** The longest that a use waits after its window has opened. */
  readonly flushIntervalMs: number;
}

/**
 * When a use is to be tried. While nothing is known to be stored: at once. Else when the window since the
 * stored time is over, and then the newer the use, the sooner: of many instances whose uses wait for
 * the same window the one with the newest writes first, and the others find a newer one stored. Without
 * it their uses follow each other in a chain of writes.
 * All times by the database's clock in epoch ms; 0 (or less than 1) is "none known".
 */
export function attemptAt(usedAt: number, storedAt: number, timing: FlushTiming): number {
  if (storedAt < 1) return usedAt;
  const opensAt = storedAt + timing.windowMs;
  if (usedAt >= opensAt) return usedAt;
  return opensAt + Math.min(1, (opensAt - usedAt) / timing.windowMs) * timing.flushIntervalMs;
}

/**
 * When a use is to be looked at next: not later than its window opens. Only then is it known which use is the newest
 * here, and so whose turn among the instances it is.
 */
export function lookAt(
  usedAt: number,
  storedAt: number,
  nowMs: number,
  timing: FlushTiming,
): number {
  const at = attemptAt(usedAt, storedAt, timing);
  const opensAt = storedAt + timing.windowMs;
  return nowMs < opensAt ? Math.min(at, opensAt) : at;
}
