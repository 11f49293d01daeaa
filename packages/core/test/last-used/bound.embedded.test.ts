import { describe, expect, it } from 'vitest';
import { type Case, simulate } from '../properties/simulation.js';

// The real recorders in virtual time, see `properties/`. No database is asked: once, beside one of the two, is enough.

const timing = { windowMs: 1_000, flushIntervalMs: 500 };
const base = { seconds: 30, timing };
interface BoundCase extends Case {
  /** What it comes to in practice, per window: about one. */
  readonly perWindow: number;
}
const of20 = { ...base, instances: 20 };
const steady = (rate: number) => ({ kind: 'steady', rate }) as const;
const bursts = (withinMs: number, everyWindows: number) =>
  ({ kind: 'bursts', uses: 100, everyWindows, withinMs }) as const;
const cases: BoundCase[] = [
  { ...base, name: 'a hot key, 1 instance', instances: 1, traffic: steady(50), perWindow: 1 },
  { ...of20, name: 'a hot key', traffic: steady(100), perWindow: 1.1 },
  { ...of20, name: 'one use a second on any', traffic: steady(1), perWindow: 1.1 },
  { ...of20, name: 'five uses a second on any', traffic: steady(5), perWindow: 1.2 },
  { ...of20, name: 'all at once', traffic: { kind: 'together', rate: 1 }, perWindow: 1 },
  { ...of20, name: 'bursts of 60 ms', traffic: bursts(60, 1.6), perWindow: 1.2 },
  { ...of20, name: 'bursts of 150 ms', traffic: bursts(150, 1.2), perWindow: 1.1 },
  { ...of20, name: 'bursts of 300 ms', traffic: bursts(300, 1.6), perWindow: 1.7 },
  { ...of20, name: 'bursts of 600 ms', traffic: bursts(600, 1.6), perWindow: 1.4 },
  {
    ...of20,
    name: '12 joining one by one, 8 stopping',
    traffic: steady(20),
    joining: 12,
    stopping: 8,
    perWindow: 1.3,
  },
  {
    ...of20,
    name: 'a tenth of the statements going wrong, the row locked a fifth of the time',
    traffic: steady(10),
    failing: 0.1,
    locked: 0.2,
    perWindow: 1.3,
  },
];

describe('row versions of one key in a span T', () => {
  it.each(cases)(
    'G3 are at most 2 T / window + 6, one per stopped instance, and about T / window: $name',
    async (one) => {
      for (let seed = 1; seed <= 4; seed++) {
        const { versions, allowed, windows, broken } = await simulate(one, seed);
        expect(versions, `seed ${seed}`).toBeLessThanOrEqual(allowed);
        expect(versions, `seed ${seed}`).toBeLessThanOrEqual(one.perWindow * windows + 4);
        expect(broken, `seed ${seed}`).toBe(0);
      }
    },
  );
});
