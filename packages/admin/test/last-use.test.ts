import { expect, test } from 'vitest';
import {
  isUsedRecently,
  lastUseOf,
  lastUseSentence,
  NOTHING_KNOWN,
} from '../src/features/api-keys/key/last-use.ts';

const now = new Date('2026-11-23T12:00:00.000Z');
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

test('recent is within a day', () => {
  expect(isUsedRecently(used('2026-11-22T12:00:00.001Z'), now)).toBe(true);
  expect(isUsedRecently(used('2026-11-22T12:00:00.000Z'), now)).toBe(false);
  expect(isUsedRecently({ kind: 'never' }, now)).toBe(false);
});

test.each([
  [used('2026-11-23T11:58:00.000Z'), 'Used 2 minutes ago: what uses it will stop working.'],
  [used('2026-11-23T11:59:58.000Z'), 'Used just now: what uses it will stop working.'],
  [used('2026-11-20T12:00:00.000Z'), 'Last used 3 days ago.'],
  [
    used('2026-11-24T12:00:00.000Z'),
    'Its last use is recorded in the future, on Nov 24, 2026, by a wrong clock. It may be in use.',
  ],
  [used('2026-06-15T12:00:00.000Z'), 'Last used on Jun 15, 2026.'],
  [{ kind: 'never' } as const, 'It has never been used.'],
  [
    { kind: 'none_since', since: new Date('2026-05-01T12:00:00.000Z') } as const,
    'No use recorded since May 1, 2026. Uses before that day may be missing.',
  ],
  [{ kind: 'unreadable' } as const, 'The time of its last use cannot be shown.'],
])('the question before a key ends: %j', (use, sentence) => {
  expect(lastUseSentence(use, now)).toBe(sentence);
});

test('of a key that has stopped already nothing more is said to stop', () => {
  const use = used('2026-11-23T11:58:00.000Z');
  expect(lastUseSentence(use, now, false)).toBe('Last used 2 minutes ago.');
});

test('G10 a use before a restored backup may not be the last one', () => {
  const at = (text: string) => {
    const restored = { ...tracking, restored_at: '2026-11-20T00:00:00.000Z' };
    return lastUseOf({ last_used_at: text, created_at: created }, restored);
  };
  const before = at('2026-11-18T12:00:00.000Z');
  expect(before).toMatchObject({ restoredAt: new Date('2026-11-20T00:00:00.000Z') });
  expect(lastUseSentence(before, now)).toBe(
    'Last used 5 days ago or later: a backup was restored on Nov 20, 2026, and uses before that may be missing.',
  );
  expect(isUsedRecently(before, new Date('2026-11-20T23:59:59.000Z'))).toBe(true);
  expect(isUsedRecently(before, now)).toBe(false);
  expect(lastUseSentence(at('2026-11-20T12:00:00.000Z'), now)).toBe('Last used 3 days ago.');
});
