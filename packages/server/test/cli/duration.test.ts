import { afterEach, expect, it, vi } from 'vitest';
import { parseExpiry } from '../../src/cli/duration.js';
import { isoDay } from '../../src/cli/iso-day.js';

afterEach(() => vi.unstubAllEnvs());

const now = new Date('2026-11-23T12:00:00Z');

it.each([
  ['Asia/Tokyo', '2027-01-01T14:59:59.999Z'],
  ['America/New_York', '2027-01-02T04:59:59.999Z'],
  // Three quarters of an hour.
  ['Asia/Kathmandu', '2027-01-01T18:14:59.999Z'],
])('a day ends where the command runs: %s', (zone, end) => {
  vi.stubEnv('TZ', zone);
  const expiry = parseExpiry('2027-01-01', now);
  expect(expiry.toISOString()).toBe(end);
  expect(isoDay(expiry)).toBe('2027-01-01');
});

it('a duration counts from now, a time stands for itself', () => {
  expect(parseExpiry('36h', now).toISOString()).toBe('2026-11-25T00:00:00.000Z');
  expect(parseExpiry('2027-01-01T00:00+09:00', now).toISOString()).toBe('2026-12-31T15:00:00.000Z');
});
