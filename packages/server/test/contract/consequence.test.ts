import { describe, expect, it } from 'vitest';
import {
  consequenceOf,
  type KeyInQuestion,
  mayBeInUse,
  USE_AGES,
  useAgeOf,
} from '../../src/contract/consequence.js';

const now = new Date('2026-11-23T12:00:00.000Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const back = (ms: number) => new Date(now.getTime() - ms);
const reader = {
  now,
  locale: 'en',
  dateOf: (day: Date) => day.toISOString().slice(0, 10),
};

const active: KeyInQuestion = {
  status: 'active',
  lastUsedAt: back(2 * MINUTE),
  createdAt: back(300 * DAY),
  expiresAt: null,
  disabledAt: null,
  revokedAt: null,
  trackingSince: back(400 * DAY),
  restoredAt: null,
};
const used = (ms: number) => ({ ...active, lastUsedAt: back(ms) });

describe('an active key', () => {
  it.each([
    ['revoke', 'Used 2 minutes ago: what uses it will stop working.'],
    ['delete', 'Used 2 minutes ago: what uses it will stop working.'],
    ['disable', 'Used 2 minutes ago: what uses it is refused until the key is enabled again.'],
    ['rotate', 'Used 2 minutes ago: what uses it has to change over to the new key.'],
  ] as const)('in use: what happens where it is to %s', (ending, sentence) => {
    expect(consequenceOf(ending, active, reader)).toBe(sentence);
  });

  it.each([
    [0, 'Used just now: what uses it will stop working.'],
    [DAY - 1, 'Used 23 hours ago: what uses it will stop working.'],
    [
      DAY,
      'Used 1 day ago (2026-11-22): a job that runs once a week or once a month may still use it.',
    ],
    [
      6 * DAY,
      'Used 6 days ago (2026-11-17): a job that runs once a week or once a month may still use it.',
    ],
    [8 * DAY, 'Used 8 days ago (2026-11-15): a job that runs once a month may still use it.'],
    [35 * DAY - 1, 'Used 34 days ago (2026-10-19): a job that runs once a month may still use it.'],
    [35 * DAY, 'Not used for 35 days (last used on 2026-10-19).'],
    [61 * DAY, 'Not used for 2 months (last used on 2026-09-23).'],
    [340 * DAY, 'Not used for 11 months (last used on 2025-12-18).'],
    [800 * DAY, 'Not used for 2 years (last used on 2024-09-14).'],
  ])('used %i ms ago', (ms, sentence) => {
    expect(consequenceOf('revoke', used(ms), reader)).toBe(sentence);
  });

  it('G10 without a use: since it was created', () => {
    const unused = { ...active, lastUsedAt: null };
    expect(consequenceOf('revoke', unused, reader)).toBe(
      'No use recorded since it was created 9 months ago (2026-01-27).',
    );
    expect(consequenceOf('revoke', { ...unused, createdAt: back(3 * MINUTE) }, reader)).toBe(
      'No use recorded since it was created 3 minutes ago. It may wait for its first use.',
    );
  });

  it('G10 older than the record of uses: since the record', () => {
    const unused = { ...active, lastUsedAt: null, trackingSince: back(200 * DAY) };
    expect(consequenceOf('revoke', unused, reader)).toBe(
      'No use recorded since 2026-05-07 (6 months ago). Uses before that day may be missing.',
    );
    expect(consequenceOf('revoke', { ...unused, trackingSince: back(3 * DAY) }, reader)).toBe(
      'No use recorded since 2026-11-20 (3 days ago). Uses before that day may be missing. A job that runs once a month may not have run since.',
    );
  });

  it('G10 before a restored backup: later uses may be missing', () => {
    const key = { ...used(5 * DAY), restoredAt: back(3 * DAY) };
    expect(consequenceOf('revoke', key, reader)).toBe(
      'Last used 5 days ago (2026-11-18) or later: a backup was restored 3 days ago (2026-11-20), and uses before that may be missing.',
    );
  });

  it('G5 a use in the future is called what it is', () => {
    expect(consequenceOf('revoke', used(-DAY), reader)).toBe(
      'A wrong clock recorded its last use in the future, on 2026-11-24. It may be in use.',
    );
  });

  it('times that cannot be read are said to be so', () => {
    const none = new Date(Number.NaN);
    const cannot = 'The time of its last use cannot be shown.';
    expect(consequenceOf('revoke', { ...active, lastUsedAt: none }, reader)).toBe(cannot);
    const unused = { ...active, lastUsedAt: null };
    expect(consequenceOf('revoke', { ...unused, trackingSince: none }, reader)).toBe(cannot);
  });
});

describe('a key that is refused already', () => {
  const old = { ...active, lastUsedAt: back(40 * DAY) };
  const use = 'Last used 40 days ago (2026-10-14).';

  it.each([
    [
      'revoked',
      { revokedAt: back(4 * MINUTE) },
      'Revoked 4 minutes ago: deleting removes the record only.',
    ],
    [
      'expired',
      { expiresAt: back(3 * DAY) },
      'Expired 3 days ago (2026-11-20): deleting removes the record only.',
    ],
    [
      'disabled',
      { disabledAt: back(3 * DAY) },
      'Disabled 3 days ago (2026-11-20): it is refused already. Once deleted, it cannot be enabled again.',
    ],
    [
      'user_inactive',
      {},
      'Its owner is inactive: it is refused already. Once deleted, it is gone when the owner is active again.',
    ],
  ] as const)('%s: nothing is said to stop where it is deleted', (status, over, sentence) => {
    const key = { ...old, status, ...over };
    expect(consequenceOf('delete', key, reader)).toBe(`${sentence} ${use}`);
  });

  it.each([
    ['expired', 'revoke', 'Expired: it is refused already.'],
    [
      'disabled',
      'revoke',
      'Disabled: it is refused already. Once revoked, it cannot be enabled again.',
    ],
    [
      'user_inactive',
      'revoke',
      'Its owner is inactive: it is refused already. Once revoked, it stays refused when the owner is active again.',
    ],
    [
      'user_inactive',
      'disable',
      'Its owner is inactive: it is refused already. Once disabled, it stays refused when the owner is active again.',
    ],
  ] as const)('%s, to %s: nothing more stops', (status, ending, sentence) => {
    expect(consequenceOf(ending, { ...old, status }, reader)).toBe(`${sentence} ${use}`);
  });

  it('never says that what uses it will stop, however late the use', () => {
    for (const status of ['revoked', 'expired', 'disabled', 'user_inactive'] as const) {
      const sentence = consequenceOf('delete', { ...active, status }, reader);
      expect(sentence).not.toContain('will stop');
      expect(sentence).toContain('Last used 2 minutes ago.');
    }
  });
});

it('the age of a use, as decisions take it', () => {
  const ageOf = (lastUsedAt: Date | null, restoredAt: Date | null = null) =>
    useAgeOf({ lastUsedAt, restoredAt }, now);
  const ages = [back(-DAY), back(DAY - 1), back(DAY), back(35 * DAY), back(365 * DAY)].map((at) =>
    ageOf(at),
  );
  expect(ages).toEqual(['today', 'today', 'month', 'year', 'older']);
  expect([ageOf(null), ageOf(new Date(Number.NaN))]).toEqual(['none', 'unknown']);
  expect(ageOf(back(300 * DAY), back(DAY / 2))).toBe('today');
  const asked = USE_AGES.filter((age) => !['year', 'older'].includes(age));
  expect(asked).toEqual(['today', 'month', 'none', 'unknown']);
  expect(mayBeInUse({ lastUsedAt: back(34 * DAY), restoredAt: null }, now)).toBe(true);
  expect(mayBeInUse({ lastUsedAt: back(35 * DAY), restoredAt: null }, now)).toBe(false);
});
