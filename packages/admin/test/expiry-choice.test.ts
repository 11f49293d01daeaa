import { afterEach, expect, test, vi } from 'vitest';
import { choiceOfExpiry, expiresAtOf, noExpiry } from '../src/features/api-keys/expiry-choice.ts';

const now = new Date('2026-10-20T12:00:00.000Z');

afterEach(() => {
  vi.unstubAllEnvs();
});

test('never is null', () => {
  expect(expiresAtOf(noExpiry, now)).toBeNull();
});

test('days count from now', () => {
  expect(expiresAtOf({ ...noExpiry, kind: 'days', days: 7 }, now)).toBe('2026-10-27T12:00:00.000Z');
});

test('a day counts to its end where the reader is, also when it has 25 hours', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  const choice = { ...noExpiry, kind: 'date' as const, date: '2026-10-25' };
  expect(expiresAtOf(choice, now)).toBe('2026-10-25T22:59:59.999Z');
});

test('without a day there is nothing to send', () => {
  expect(expiresAtOf({ ...noExpiry, kind: 'date', date: '' }, now)).toBeUndefined();
});

test('what is stored shows as the day that the reader knows', () => {
  vi.stubEnv('TZ', 'Asia/Tokyo');
  expect(choiceOfExpiry(new Date('2026-10-25T22:00:00.000Z'))).toMatchObject({
    kind: 'date',
    date: '2026-10-26',
  });
  expect(choiceOfExpiry(null)).toBe(noExpiry);
});
