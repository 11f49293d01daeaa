import { describe, expect, it } from 'vitest';
import { type Case, simulate } from '../properties/simulation.js';

// The real recorders in virtual time, see `properties/`. No database is asked: once, beside one of the two, is enough.

const timing = { windowMs: 1_000, flushIntervalMs: 500 };
const base = { seconds: 30, timing };
const cases: Case[] = [
  { ...base, name: 'a hot key, 1 instance', instances: 1, traffic: { kind: 'steady', rate: 50 } },
  {
    ...base,
    name: 'a hot key, 20 instances',
    instances: 20,
    traffic: { kind: 'steady', rate: 100 },
  },
  {
    ...base,
    name: 'one use a second on any of 20',
    instances: 20,
    traffic: { kind: 'steady', rate: 1 },
  },
  {
    ...base,
    name: 'all of 20 at the same moment',
    instances: 20,
    traffic: { kind: 'together', rate: 1 },
  },
  ...[60, 300, 600].map(
    (withinMs): Case => ({
      ...base,
      name: `bursts within ${withinMs} ms, 20 instances`,
      instances: 20,
      traffic: { kind: 'bursts', uses: 100, everyWindows: 1.6, withinMs },
    }),
  ),
  {
    ...base,
    name: '12 joining one by one, 8 stopping',
    instances: 20,
    traffic: { kind: 'steady', rate: 20 },
    joining: 12,
    stopping: 8,
  },
  {
    ...base,
    name: 'a tenth of the statements going wrong, the row locked a fifth of the time',
    instances: 20,
    traffic: { kind: 'steady', rate: 10 },
    failing: 0.1,
    locked: 0.2,
  },
];

describe('row versions of one key in a span T', () => {
  it.each(cases)(
    'G3 are at most 2 T / window + 6, and one per stopped instance: $name',
    async (one) => {
      for (let seed = 1; seed <= 4; seed++) {
        const { versions, allowed, windows, broken } = await simulate(one, seed);
        expect(versions, `seed ${seed}`).toBeLessThanOrEqual(allowed);
        expect(versions, `seed ${seed}`).toBeLessThanOrEqual(1.8 * windows + 6);
        expect(broken, `seed ${seed}`).toBe(0);
      }
    },
  );
});
