import { expect, test } from 'vitest';
import { prefixesOf, rotationPair } from '../src/features/api-keys/key/rotation-pair.ts';
import { apiKeyInfo } from './support/api-keys.ts';

const oldest = apiKeyInfo({ key_prefix: 'ks_aaaaaa' });
const next = apiKeyInfo({ key_prefix: 'ks_bbbbbb', predecessor_id: oldest.id });
const last = '5f0c7a52-8a3e-4c1b-9d3e-2b1f6a7c8d90';

test('both keys of a rotation name the other one by its prefix', () => {
  const prefixes = prefixesOf([oldest, next]);
  expect(rotationPair({ ...oldest, successor_id: next.id }, prefixes)).toBe(
    'Replaced by ks_bbbbbb…',
  );
  expect(rotationPair(next, prefixes)).toBe('Replaces ks_aaaaaa…');
});

test('a key that is not in the list is named by its id', () => {
  const between = { ...next, successor_id: last };
  expect(rotationPair(between, prefixesOf([oldest]))).toBe(
    'Replaces ks_aaaaaa… · Replaced by key 5f0c7a52…',
  );
});

test('a key that was never rotated says nothing of it', () => {
  expect(rotationPair(oldest, prefixesOf([oldest]))).toBeNull();
});
