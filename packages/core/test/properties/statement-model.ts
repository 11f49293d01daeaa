import { MAX_AHEAD_MS } from '../../src/sql/max-ahead.js';
import type { Flush, FlushAnswer, Unwritten } from '../../src/sql/write-last-used.js';

/** A row of the model: what of it the statement sees. Times in epoch ms of the database's clock. */
export interface ModelRow {
  lastUsedMs: number | null;
  isLocked: boolean;
  versions: number;
}

export interface ModelClock {
  readonly nowMs: number;
  readonly serverStartedMs: number;
}

/**
 * What the flush statement does and answers, in plain code: the reference that `statement-model.test.ts`
 * holds against the statement on real databases, and that thousands of schedules run on.
 */
export function flushModel(
  rows: Map<string, ModelRow>,
  clock: ModelClock,
  flush: Flush,
): FlushAnswer {
  const { nowMs, serverStartedMs } = clock;
  const accepted =
    flush.serverStartedMs === serverStartedMs &&
    flush.earliestMs <= nowMs &&
    nowMs <= flush.latestMs;
  const unwritten: Unwritten[] = [];
  if (accepted) {
    flush.ids.forEach((id, at) => {
      const usedMs = inMicroseconds(Math.min(flush.usedAtMs[at] as number, nowMs));
      const verdict = tryOne(rows.get(id), usedMs, nowMs, flush);
      if (verdict !== null) unwritten.push({ at, ...verdict });
    });
  }
  return { accepted, databaseMs: nowMs, serverStartedMs, unwritten };
}

function tryOne(
  row: ModelRow | undefined,
  usedMs: number,
  nowMs: number,
  { windowMs, nearMs }: Flush,
): Omit<Unwritten, 'at'> | null {
  if (row === undefined) return { verdict: 'gone', storedMs: null };
  const stored = row.lastUsedMs;
  if (stored !== null && stored > nowMs + MAX_AHEAD_MS) {
    if (row.isLocked) return { verdict: 'locked', storedMs: stored };
    return write(row, usedMs);
  }
  if (stored !== null && stored + nearMs >= usedMs) return { verdict: 'newer', storedMs: stored };
  if (stored !== null && stored + windowMs > nowMs)
    return { verdict: 'too_soon', storedMs: stored };
  if (row.isLocked) return { verdict: 'locked', storedMs: stored };
  return write(row, usedMs);
}

function write(row: ModelRow, usedMs: number): null {
  row.lastUsedMs = usedMs;
  row.versions++;
  return null;
}

/** A timestamptz holds whole microseconds. */
function inMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
