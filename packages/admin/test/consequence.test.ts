import { expect, test } from 'vitest';
import { ageOfUse, consequenceFor, isInUse } from '../src/features/api-keys/key/consequence.ts';
import { NOTHING_KNOWN } from '../src/features/api-keys/key/last-use.ts';
import { countByUse, mostRecentlyUsed } from '../src/features/api-keys/key/many-keys.ts';
import { apiKeyInfo } from './support/api-keys.ts';

const now = new Date('2026-11-23T12:00:00.000Z');
const record = { tracking_since: '2025-05-01T00:00:00.000Z', restored_at: null };
const used = (last_used_at: string | null) => apiKeyInfo({ last_used_at });

test('what the wire says of a key decides the sentence', () => {
  expect(consequenceFor('revoke', used('2026-11-23T11:58:00.000Z'), record, now)).toBe(
    'Used 2 minutes ago: what uses it will stop working.',
  );
  const revoked = apiKeyInfo({ status: 'revoked', revoked_at: '2026-11-23T11:56:00.000Z' });
  expect(consequenceFor('delete', revoked, record, now)).toContain(
    'Revoked 4 minutes ago: deleting removes the record only.',
  );
});

test.each([
  ['2026-11-22T12:00:00.001Z', 'active', true],
  ['2026-11-22T12:00:00.000Z', 'active', false],
  [null, 'active', false],
  ['2026-11-23T12:00:00.000Z', 'disabled', false],
] as const)('in use is within a day, and not refused: %s %s', (last_used_at, status, isIt) => {
  expect(isInUse(apiKeyInfo({ last_used_at, status }), record, now)).toBe(isIt);
});

test('what cannot be read is said to be so, and nothing throws', () => {
  const broken = 'The time of its last use cannot be shown.';
  for (const last_used_at of ['not a time', undefined, 12]) {
    const key = { ...apiKeyInfo(), last_used_at } as ReturnType<typeof apiKeyInfo>;
    expect(consequenceFor('revoke', key, record, now)).toBe(broken);
    expect(ageOfUse(key, record, now)).toBe('unknown');
  }
  expect(consequenceFor('revoke', used(null), NOTHING_KNOWN, now)).toBe(broken);
});

test('many keys are counted by what their end would mean', () => {
  const keys = [
    ...['2026-11-23', '2026-11-20', '2026-06-01', '2025-06-01'].map((day) =>
      used(`${day}T00:00:00.000Z`),
    ),
    used(null),
    apiKeyInfo({ status: 'disabled', last_used_at: '2026-11-23T11:00:00.000Z' }),
    apiKeyInfo({ status: 'user_inactive' }),
  ];
  expect(countByUse(keys, record, now)).toEqual({
    today: 1,
    month: 1,
    year: 1,
    older: 1,
    none: 1,
    unknown: 0,
    refused: 2,
  });
});

test('the most recently used among many is found; without any use, none is', () => {
  const keys = ['2026-01-05', '2026-03-01', '2026-02-01'].map((day) =>
    apiKeyInfo({ name: day, last_used_at: `${day}T00:00:00.000Z` }),
  );
  expect(mostRecentlyUsed([...keys, apiKeyInfo()])?.name).toBe('2026-03-01');
  expect(mostRecentlyUsed([apiKeyInfo()])).toBeNull();
});
