import { expect, test } from 'vitest';
import { lastUseOf, NOTHING_KNOWN } from '../src/features/api-keys/key/last-use.ts';

const tracking = { tracking_since: '2026-05-01T00:00:00.000Z', restored_at: null };
const created = '2026-06-01T00:00:00.000Z';

function used(at: string) {
  return lastUseOf({ last_used_at: at, created_at: created }, tracking);
}

test('a use is a use', () => {
  expect(used('2026-11-23T11:00:00.000Z')).toEqual({
    kind: 'used',
    at: new Date('2026-11-23T11:00:00.000Z'),
    restoredAt: null,
  });
});

test('G10 null on a key younger than the recording: never used', () => {
  expect(lastUseOf({ last_used_at: null, created_at: created }, tracking)).toEqual({
    kind: 'never',
  });
});

test('G10 null on a key older than the recording: nothing known of before', () => {
  const use = lastUseOf({ last_used_at: null, created_at: '2025-01-01T00:00:00.000Z' }, tracking);
  expect(use).toEqual({ kind: 'none_since', since: new Date(tracking.tracking_since) });
});

test.each([
  ['not a time', created, tracking],
  [undefined, created, tracking],
  [12, created, tracking],
  [null, 'not a time', tracking],
  [null, created, NOTHING_KNOWN],
])('what cannot be read is said to be so: %j %j %j', (last_used_at, created_at, since) => {
  const key = { last_used_at, created_at } as Parameters<typeof lastUseOf>[0];
  expect(lastUseOf(key, since)).toEqual({ kind: 'unreadable' });
});

test('G10 a use before a restored backup may not be the last one', () => {
  const at = (text: string) => {
    const restored = { ...tracking, restored_at: '2026-11-20T00:00:00.000Z' };
    return lastUseOf({ last_used_at: text, created_at: created }, restored);
  };
  const before = at('2026-11-18T12:00:00.000Z');
  expect(before).toMatchObject({ restoredAt: new Date('2026-11-20T00:00:00.000Z') });
  expect(at('2026-11-20T12:00:00.000Z')).toMatchObject({ restoredAt: null });
});
