import { expect, it, vi } from 'vitest';
import { ClockJumpDetector } from '../../src/clock/clock-jump-detector.js';
import type { DatabaseClock } from '../../src/clock/database-clock.js';
import type { Database } from '../../src/database/database.js';

it('G5 a clock that jumps while the database is asked for its own is asked about again', async () => {
  vi.useFakeTimers();
  try {
    let jumped = false;
    const clock = {
      now: () => 0,
      hostNow: () => 0,
      read: () => {},
      noticeJump: () => jumped,
    } as unknown as DatabaseClock;
    const answers: (() => void)[] = [];
    const session = {
      query: () =>
        new Promise((resolve) => answers.push(() => resolve({ rows: [{}], rowCount: 1 }))),
      release: () => {},
    };
    const database = { connect: async () => session } as unknown as Database;
    const isAsked = async (times: number) => {
      while (answers.length < times) await Promise.resolve();
    };
    const jumps = new ClockJumpDetector(clock, database, () => {});
    jumps.start(10);
    const jump = () => {
      jumped = true;
      vi.advanceTimersByTime(10);
      jumped = false;
    };
    jump();
    const settling = jumps.settle();
    await isAsked(1);
    jump();
    answers[0]?.();
    await settling;
    expect(jumps.since).not.toBeNull();
    const again = jumps.settle();
    await isAsked(2);
    answers[1]?.();
    await again;
    expect(jumps.since).toBeNull();
    jumps.stop();
  } finally {
    vi.useRealTimers();
  }
});
