import { plainDate, relativeTime } from '@keystamp/server/contract/relative-time';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { exactLocal, exactUtc, readTime } from '../src/clock/exact-time.ts';
import { expiryWording } from '../src/features/api-keys/key/expiry.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const now = new Date('2026-11-23T12:00:00.000Z');
const ago = (ms: number) => new Date(now.getTime() - ms);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('last used', () => {
  test.each([
    [0, 'just now'],
    [-5 * SECOND, 'just now'],
    [59 * SECOND + 999, 'just now'],
    [60 * SECOND, '1 minute ago'],
    [59 * MINUTE + 59 * SECOND, '59 minutes ago'],
    [60 * MINUTE, '1 hour ago'],
    [24 * HOUR - 1, '23 hours ago'],
    [24 * HOUR, '1 day ago'],
    [30 * DAY - 1, '29 days ago'],
    [30 * DAY, 'Oct 24, 2026'],
  ])('%i ms ago reads "%s"', (ms, words) => {
    expect(relativeTime(ago(ms), now, 'en-US')).toBe(words);
  });

  test('null is "—", and what is no date is not', () => {
    expect(relativeTime(null, now, 'en-US')).toBe('—');
    expect(relativeTime(new Date('?'), now, 'en-US')).toBe('unknown');
  });

  test('a clock that is put back or forward changes no count of hours', () => {
    // Berlin: 25 October 2026 has 25 hours, 29 March 2026 has 23.
    const autumn = new Date('2026-10-24T22:30:00.000Z');
    expect(relativeTime(autumn, new Date(autumn.getTime() + 5 * HOUR), 'en-US')).toBe(
      '5 hours ago',
    );
    const spring = new Date('2026-03-28T23:30:00.000Z');
    expect(relativeTime(spring, new Date(spring.getTime() + DAY), 'en-US')).toBe('1 day ago');
  });

  test.each([
    ['de-DE', 'jetzt', 'vor 2 Stunden'],
    ['fr-FR', 'maintenant', 'il y a 2 heures'],
    ['ja-JP', '今', '2 時間前'],
    ['en-GB', 'just now', '2 hours ago'],
  ])('the words are those of %s', (locale, justNow, hours) => {
    expect(relativeTime(now, now, locale)).toBe(justNow);
    expect(relativeTime(ago(2 * HOUR), now, locale)).toBe(hours);
  });

  test("the date is the reader's", () => {
    const lateEvening = new Date('2026-06-01T22:30:00.000Z');
    vi.stubEnv('TZ', 'Asia/Tokyo');
    expect(plainDate(lateEvening, 'en-ZA')).toContain('02 Jun 2026');
    vi.stubEnv('TZ', 'America/New_York');
    expect(plainDate(lateEvening, 'en-IE')).toContain('1 Jun 2026');
  });
});

describe('the exact time', () => {
  test('names the zone, on either side of the change of clocks', () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    expect(exactLocal(new Date('2026-10-25T00:30:00.000Z'), 'en-GB')).toMatch(
      /02:30:00 (CEST|GMT\+2)/,
    );
    expect(exactLocal(new Date('2026-10-25T01:30:00.000Z'), 'en-GB')).toMatch(
      /02:30:00 (CET|GMT\+1)/,
    );
  });

  test('UTC is to the millisecond', () => {
    expect(exactUtc(new Date('2026-10-25T00:30:00.123Z'))).toBe('2026-10-25 00:30:00.123 UTC');
  });

  test.each(['', 'soon', null, undefined, 5, {}])('%j is no time', (value) => {
    expect(readTime(value)).toBeNull();
  });
});

describe('expires', () => {
  const ahead = (ms: number) => new Date(now.getTime() + ms);
  test.each([
    [1, 'in 1 minute'],
    [59 * MINUTE, 'in 59 minutes'],
    [60 * MINUTE, 'in 60 minutes'],
    [60 * MINUTE + 1, 'in 2 hours'],
    [7 * DAY, 'in 7 days'],
    [7 * DAY - 5 * SECOND, 'in 7 days'],
    [30 * DAY, 'in 30 days'],
  ])('%i ms ahead reads "%s"', (ms, words) => {
    expect(expiryWording(ahead(ms), now)).toBe(words);
  });

  test('later is a plain date, and past is past', () => {
    expect(expiryWording(ahead(31 * DAY), now)).toBe('Dec 24, 2026');
    expect(expiryWording(ago(2 * HOUR), now)).toBe('2 hours ago');
  });
});
