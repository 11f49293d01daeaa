import { afterEach, expect, test, vi } from 'vitest';
import {
  choiceOfExpiry,
  expiresAtOf,
  newKeyExpiry,
  noExpiry,
} from '../src/features/api-keys/dialogs/expiry-choice.ts';

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

test.each([
  // A day of 25 hours.
  ['Europe/Berlin', '2026-10-25T22:59:59.999Z'],
  ['America/New_York', '2026-10-26T03:59:59.999Z'],
  ['Asia/Kathmandu', '2026-10-25T18:14:59.999Z'],
])('a day counts to its end where the reader is: %s', (zone, end) => {
  vi.stubEnv('TZ', zone);
  const choice = { ...noExpiry, kind: 'date' as const, date: '2026-10-25' };
  expect(expiresAtOf(choice, now)).toBe(end);
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

test('a new key expires in 90 days, unless its maker chooses otherwise', () => {
  const now = new Date('2026-03-01T12:00:00.000Z');
  expect(expiresAtOf(newKeyExpiry, now)).toBe('2026-05-30T12:00:00.000Z');
});
