import { describe, expect, it } from 'vitest';
import { RefusalPace } from '../src/http/refusal-pace.js';

const LIMITS = { refusalHoldMs: 1_000, refusalGapMs: 4, longestRefusalHoldMs: 15_000 };
const holds = (pace: RefusalPace, count: number, nowMs = 0) =>
  Array.from({ length: count }, () => pace.hold(nowMs, 0.5));

describe('K4: refusals of who asks too often', () => {
  it('few are held for about the set time each', () => {
    const pace = new RefusalPace(LIMITS);
    expect(pace.hold(0, 0)).toBe(500);
    expect(pace.hold(0, 1)).toBe(1_500);
    expect(holds(pace, 100)).toEqual(Array(100).fill(1_000));
  });

  it('of thousands at once one is answered every few milliseconds, however many there are', () => {
    const pace = new RefusalPace(LIMITS);
    const ends = holds(pace, 3_000);
    expect(ends.slice(-3)).toEqual([11_992, 11_996, 12_000]);
    expect(ends.filter((ms) => ms <= 2_000)).toHaveLength(500);
  });

  it('none is held longer than the longest time', () => {
    expect(Math.max(...holds(new RefusalPace(LIMITS), 10_000))).toBe(15_000);
  });

  it('a flood that is over holds back nobody afterwards', () => {
    const pace = new RefusalPace(LIMITS);
    holds(pace, 10_000);
    expect(pace.hold(15_000, 0.5)).toBe(1_000);
  });
});
