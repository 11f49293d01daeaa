import { expect, it } from 'vitest';
import { RestartPace } from '../../src/workers/restart-pace.js';

const MINUTE = 60_000;

it('a worker that ends again and again is started ever more slowly', () => {
  const pace = new RestartPace();
  const delays = Array.from({ length: 9 }, () => pace.delayAfter(10));
  expect(delays).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

it('a worker that served for a minute is started again at once', () => {
  const pace = new RestartPace();
  for (let i = 0; i < 4; i++) pace.delayAfter(null);
  expect(pace.delayAfter(MINUTE)).toBe(0);
});

it('five failed starts in a row are hopeless, and one that serves gives hope again', () => {
  const pace = new RestartPace();
  for (let i = 0; i < 4; i++) pace.delayAfter(null);
  expect(pace.isHopeless).toBe(false);
  pace.delayAfter(null);
  expect(pace.isHopeless).toBe(true);
  pace.serves();
  expect(pace.isHopeless).toBe(false);
});

it('the end of a worker that served is no failed start', () => {
  const pace = new RestartPace();
  for (let i = 0; i < 9; i++) pace.delayAfter(10);
  expect(pace.isHopeless).toBe(false);
});
