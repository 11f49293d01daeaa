import { describe, expect, it, test } from 'vitest';
import {
  calledKey,
  isNotUsedYet,
  pairOf,
  replacedWording,
} from '../src/features/api-keys/key/rotation-pair.ts';
import { apiKeyInfo } from './support/api-keys.ts';

const NOW = new Date('2026-03-02T12:00:00.000Z');
const replacedAt = '2026-03-02T11:00:00.000Z';
const stopsAt = '2026-03-03T11:00:00.000Z';
const next = apiKeyInfo({ key_prefix: 'ks_bbbbbb', created_at: replacedAt });
const old = apiKeyInfo({
  key_prefix: 'ks_aaaaaa',
  successor_id: next.id,
  expires_at: stopsAt,
  last_used_at: '2026-03-02T11:57:00.000Z',
});

test('both keys of a rotation find the other one, and one that is not known goes by its id', () => {
  const keys = new Map([old, next].map((key) => [key.id, key]));
  expect(pairOf(old, keys)).toEqual({ predecessor: undefined, successor: next });
  expect(calledKey(next.id, next)).toBe('ks_bbbbbb');
  expect(calledKey('5f0c7a52-8a3e-4c1b-9d3e-2b1f6a7c8d90', undefined)).toBe('key 5f0c7a52');
});

describe('a key that was replaced', () => {
  it.each([
    ['used after it', {}, next, ['still used 3 minutes ago', 'stops in 23 hours']],
    [
      'not used after it',
      { last_used_at: '2026-03-02T10:00:00.000Z' },
      next,
      ['not used since', 'stops in 23 hours'],
    ],
    ['never used', { last_used_at: null }, next, ['no use recorded', 'stops in 23 hours']],
    [
      'with a successor that is not known',
      {},
      undefined,
      ['last used 3 minutes ago', 'stops in 23 hours'],
    ],
    [
      'without an expiry',
      { expires_at: null },
      next,
      ['still used 3 minutes ago', 'does not expire'],
    ],
    ['stopped', { status: 'expired' }, next, []],
    ['disabled', { status: 'disabled' }, next, []],
  ] as const)('%s', (_, over, successor, words) => {
    expect(replacedWording({ ...old, ...over }, successor, NOW)).toEqual(words);
  });
});

test('only a successor that works can wait for its first use', () => {
  const successor = { ...next, predecessor_id: old.id };
  expect(isNotUsedYet(successor)).toBe(true);
  expect(isNotUsedYet({ ...successor, last_used_at: stopsAt })).toBe(false);
  expect(isNotUsedYet({ ...successor, status: 'revoked' })).toBe(false);
  expect(isNotUsedYet(next)).toBe(false);
});
