import { afterEach, expect, test, vi } from 'vitest';
import { keysToMove, moveKeys } from '../src/features/users/move-keys.ts';
import { apiKeyInfo } from './support/api-keys.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const now = new Date('2026-11-23T12:00:00.000Z');
const record = { tracking_since: '2025-01-01T00:00:00.000Z', restored_at: null };
const usedOn = (day: string) => apiKeyInfo({ last_used_at: `${day}T12:00:00.000Z` });
const keys = [usedOn('2026-11-20'), usedOn('2026-10-20'), usedOn('2026-10-10'), apiKeyInfo()];

test('a key counts as in use for 35 days after its last use', () => {
  expect(keysToMove(keys, 'none', record, now)).toEqual([]);
  expect(keysToMove(keys, 'in_use', record, now)).toEqual(keys.slice(0, 2));
  expect(keysToMove(keys, 'all', record, now)).toEqual(keys);
});

test('a key of before a restored backup may have been used until the restore', () => {
  const restored = { ...record, restored_at: '2026-11-01T00:00:00.000Z' };
  expect(keysToMove(keys, 'in_use', restored, now)).toEqual(keys.slice(0, 3));
});

/** A network that answers each move with what `answerTo` says, and the ids that were moved, in order. */
function network(answerTo: (id: string) => Response | Promise<Response>) {
  const asked: [id: string, body: unknown][] = [];
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    const id = path.split('/').at(-1) ?? '';
    asked.push([id, JSON.parse(body)]);
    return answerTo(id);
  });
  return asked;
}

const moved = () => Response.json({ info: {} });
const refusal = Response.json.bind(null, { detail: 'Not allowed.' }, { status: 409 });

test('keys move one after the other, and one that is refused does not keep the others', async () => {
  const asked = network((id) => (id === keys[1]?.id ? refusal() : moved()));
  const seen: number[] = [];
  const stayed = await moveKeys(keys, 'bob', (count) => seen.push(count));
  expect(asked).toEqual(keys.map(({ id }) => [id, { user_id: 'bob' }]));
  expect(seen).toEqual([1, 2, 3]);
  expect(stayed.map(({ key, failure }) => [key.id, failure.message])).toEqual([
    [keys[1]?.id, 'Not allowed.'],
  ]);
});

test('where the server does not answer, no further key is tried', async () => {
  const asked = network((id) =>
    id === keys[1]?.id ? Promise.reject(new TypeError('Failed to fetch')) : moved(),
  );
  const stayed = await moveKeys(keys, 'bob', () => {});
  expect(asked).toHaveLength(2);
  expect(stayed.map(({ failure }) => failure.message)).toEqual(['The server cannot be reached.']);
});
