import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import {
  forgetServerTime,
  learnServerTime,
  narrowOffset,
  type OffsetBounds,
  serverNow,
} from '../src/clock/server-clock.ts';

afterEach(() => {
  forgetServerTime();
  vi.useRealTimers();
});

/** What a server answers whose database is `offsetMs` ahead, cut to the millisecond as `as_of` is. */
function answerOf(offsetMs: number, sentAtMs: number, thereMs: number, backMs: number) {
  const atServer = sentAtMs + thereMs + offsetMs;
  return {
    asOfMs: Math.floor(atServer),
    sentAtMs,
    receivedAtMs: sentAtMs + thereMs + backMs,
  };
}

test('the bounds always hold the true offset, and only ever narrow', () => {
  const travel = fc.integer({ min: 0, max: 3000 });
  const calls = fc.array(fc.tuple(fc.integer({ min: 1, max: 9999 }), travel, travel), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(fc.integer({ min: -7_200_000, max: 7_200_000 }), calls, (offset, made) => {
      let known: OffsetBounds | null = null;
      let at = 1_790_000_000_000;
      for (const [pause, there, back] of made) {
        at += pause;
        const before: OffsetBounds | null = known;
        known = narrowOffset(known, answerOf(offset, at, there, back));
        expect(known.lowMs).toBeLessThanOrEqual(offset);
        expect(known.highMs).toBeGreaterThanOrEqual(offset);
        if (before === null) continue;
        expect(known.highMs - known.lowMs).toBeLessThanOrEqual(before.highMs - before.lowMs);
      }
    }),
  );
});

test('a clock that was set makes the newest answer count', () => {
  const before = narrowOffset(null, answerOf(0, 1_790_000_000_000, 10, 10));
  const after = narrowOffset(before, answerOf(3_600_000, 1_790_000_100_000, 10, 10));
  expect(after.lowMs).toBeGreaterThan(3_598_000);
});

test("now is the database's now when the browser is an hour behind", () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-01T11:00:00.400Z') });
  learnServerTime({ as_of: '2026-03-01T12:00:00.390Z' }, Date.now() - 20, Date.now());
  expect(Math.abs(serverNow().getTime() - Date.parse('2026-03-01T12:00:00.400Z'))).toBeLessThan(12);
});

test('without a readable `as_of` the browser is believed', () => {
  vi.useFakeTimers({ now: 1_790_000_000_000 });
  for (const answer of [null, undefined, 7, {}, { as_of: 'soon' }, { as_of: null }]) {
    learnServerTime(answer, 0, 0);
  }
  expect(serverNow().getTime()).toBe(1_790_000_000_000);
});
