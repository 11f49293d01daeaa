import { expect, test } from 'vitest';
import { asTheyCome, holdPlaces } from '../src/features/api-keys/list/hold-places.ts';
import { apiKeyInfo } from './support/api-keys.ts';

const [a, b, c] = [apiKeyInfo(), apiKeyInfo(), apiKeyInfo()] as const;

test('rows keep their places and take the newest values', () => {
  const usedB = { ...b, last_used_at: '2026-11-23T12:00:00.000Z' };
  const held = holdPlaces([a, b], [usedB, a]);
  expect(held.rows).toEqual([a, usedB]);
  expect(held.behind).toBe(true);
  expect(held.gone.size).toBe(0);
});

test('a row that left is marked and stays', () => {
  const held = holdPlaces([a, b], [a]);
  expect(held.rows).toEqual([a, b]);
  expect([...held.gone]).toEqual([b.id]);
  expect(held.behind).toBe(true);
});

test('a row that came waits', () => {
  const held = holdPlaces([a, b], [c, a, b]);
  expect(held.rows).toEqual([a, b]);
  expect(held.behind).toBe(true);
});

test('new values alone leave nothing to catch up with', () => {
  expect(holdPlaces([a, b], [{ ...a }, { ...b }]).behind).toBe(false);
});

test('out of anyone’s hand, rows are as they come', () => {
  expect(asTheyCome([c, a])).toEqual({ rows: [c, a], gone: new Set(), behind: false });
});
