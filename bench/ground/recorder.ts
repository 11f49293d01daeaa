import type { Database } from 'keystamp/database';
import { ClockJumpDetector } from '../../packages/core/dist/clock/clock-jump-detector.js';
import { DatabaseClock } from '../../packages/core/dist/clock/database-clock.js';
import { Flusher } from '../../packages/core/dist/last-used/flusher.js';
import { createStamp } from '../../packages/core/dist/last-used/stamp.js';
import { readClock } from '../../packages/core/dist/sql/read-clock.js';

const logger = {
  debug() {},
  info() {},
  warn: tell,
  error: tell,
};

/** The library's own recorder and flush, without the keys: what of it a flush is measured by. */
export async function openRecorder(database: Database): Promise<{
  readonly flusher: Flusher;
  /** Notes a use of each of these ids, now. */
  record(ids: readonly string[]): void;
}> {
  const clock = new DatabaseClock({
    onStep: (stepMs) => flusher.moveUses(stepMs),
    onNewServer: (stepMs) => flusher.writeRecentAgain(stepMs),
  });
  const sentAt = clock.hostNow();
  clock.read({ ...(await readClock(database)), sentAt, receivedAt: clock.hostNow() });
  const timing = { windowMs: 1_000, flushIntervalMs: 500 };
  const jumps = new ClockJumpDetector(clock, database, () => {});
  const flusher = new Flusher({ database, clock, jumps, timing, logger, cancel: async () => {} });
  return {
    flusher,
    record(ids) {
      const now = clock.now();
      for (const id of ids) flusher.pending.record(createStamp(id), now);
    },
  };
}

function tell(fields: object, message: string): void {
  process.stderr.write(`  ${message} ${JSON.stringify(fields)}\n`);
}
