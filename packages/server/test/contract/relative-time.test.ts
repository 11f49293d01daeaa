import { describe, expect, it } from 'vitest';
import {
  isOlderThanTracking,
  lastUsedWording,
  plainDate,
  relativeTime,
} from '../../src/contract/relative-time.js';

const NOW = new Date('2026-11-23T12:00:00.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function ago(ms: number, locale = 'en'): string {
  return relativeTime(new Date(NOW.getTime() - ms), NOW, locale);
}

describe('the wording of times', () => {
  it.each([
    [0, 'just now'],
    [59 * SECOND + 999, 'just now'],
    [60 * SECOND, '1 minute ago'],
    [119 * SECOND, '1 minute ago'],
    [59 * MINUTE + 59 * SECOND, '59 minutes ago'],
    [60 * MINUTE, '1 hour ago'],
    [2 * HOUR, '2 hours ago'],
    [24 * HOUR - 1, '23 hours ago'],
    [24 * HOUR, '1 day ago'],
    [30 * DAY - 1, '29 days ago'],
    [30 * DAY, 'Oct 24, 2026'],
    [400 * DAY, 'Oct 19, 2025'],
  ])('%d ms ago reads %s', (ms, wording) => {
    expect(ago(ms)).toBe(wording);
  });

  it('of a moment that a slow clock sees up to a minute ahead is "just now"', () => {
    expect(ago(-1)).toBe('just now');
    expect(ago(-(MINUTE - 1))).toBe('just now');
  });

  it('of a moment further ahead is said to be in the future', () => {
    expect(ago(-MINUTE)).toBe('in the future: Nov 23, 2026');
    expect(ago(-2 * DAY)).toBe('in the future: Nov 25, 2026');
  });

  it('of null is a dash, never a date', () => {
    expect(relativeTime(null, NOW, 'en')).toBe('—');
  });

  it('of a broken date is "unknown", and nothing is thrown', () => {
    expect(relativeTime(new Date('nonsense'), NOW, 'en')).toBe('unknown');
    expect(plainDate(new Date(Number.NaN), 'en')).toBe('unknown');
  });

  it.each([
    ['de', 'jetzt', 'vor 2 Stunden', '24.10.2026'],
    ['fr', 'maintenant', 'il y a 2 heures', '24 oct. 2026'],
    ['ja', '今', '2 時間前', '2026/10/24'],
    ['en-GB', 'just now', '2 hours ago', '24 Oct 2026'],
  ])('follows the language %s', (locale, now, hours, date) => {
    expect([ago(0, locale), ago(2 * HOUR, locale), ago(30 * DAY, locale)]).toEqual([
      now,
      hours,
      date,
    ]);
  });

  it('counts hours that passed, also where the clocks were changed meanwhile', () => {
    const before = new Date('2026-10-25T00:30:00+02:00');
    const after = new Date('2026-10-25T04:30:00+01:00');
    expect(relativeTime(before, after, 'en')).toBe('5 hours ago');
  });
});

describe('G10: "—" does not lie', () => {
  const trackingSince = new Date('2026-06-01T10:00:00Z');
  const older = new Date('2026-05-31T10:00:00Z');
  const younger = new Date('2026-06-02T10:00:00Z');

  it.each([
    ['a key older than the tracking', older, null, 'no use recorded since Jun 1, 2026'],
    ['a key made with the tracking', trackingSince, null, '—'],
    ['a younger key', younger, null, '—'],
    ['an older key with a use', older, new Date(NOW.getTime() - 2 * HOUR), '2 hours ago'],
  ])('%s', (_name, createdAt, lastUsedAt, wording) => {
    const use = { createdAt, lastUsedAt, trackingSince, restoredAt: null };
    expect(lastUsedWording(use, NOW, 'en')).toBe(wording);
    expect(isOlderThanTracking(use)).toBe(createdAt === older);
  });

  it.each([
    ['before a restore may not be the last', 1, '3 hours ago or later'],
    ['after a restore is the last', -1, '3 hours ago'],
  ])('a use %s', (_name, ms, wording) => {
    const lastUsedAt = new Date(NOW.getTime() - 3 * HOUR);
    const restoredAt = new Date(lastUsedAt.getTime() + ms);
    const use = { createdAt: older, lastUsedAt, trackingSince: restoredAt, restoredAt };
    expect(lastUsedWording(use, NOW, 'en')).toBe(wording);
  });
});
