import type { ApiKeyInfo, User } from '@keystamp/server/contract';
import { QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/preact';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { createQueryClient } from '../src/app.tsx';
import { readView } from '../src/features/api-keys/filter/view.ts';
import { useKeyList } from '../src/features/api-keys/list/use-key-list.ts';
import { apiKeyInfo } from './support/api-keys.ts';

const me = { id: 'ada', is_admin: false } as User;
const isHeld = () => true;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('a key of one’s own making comes in at once, under a hand too, with its count', async () => {
  let stored: ApiKeyInfo[] = [];
  let releaseCount = () => {};
  let held: Promise<void> | null = null;
  vi.stubGlobal('fetch', async (path: string) => {
    const isCount = path.includes('count=true');
    if (isCount) await held;
    const body = {
      api_keys: stored,
      next_cursor: null,
      tracking_since: '2026-01-01T00:00:00.000Z',
      restored_at: null,
      as_of: '2026-03-01T12:00:00.000Z',
      count: isCount ? stored.length : null,
    };
    return new Response(JSON.stringify(body));
  });
  const client = createQueryClient();
  const seen: [rows: number, count: number | null, behind: boolean][] = [];
  const view = readView('');
  const { result } = renderHook(
    () => {
      const list = useKeyList({ view, pasted: null, me, isHeld });
      seen.push([list.held.rows.length, list.count, list.held.behind]);
      return list;
    },
    {
      wrapper: ({ children }) => (
        <QueryClientProvider client={client}>{children as ReactNode}</QueryClientProvider>
      ),
    },
  );
  await waitFor(() => expect(result.current.state).toBe('empty'));
  seen.length = 0;

  stored = [apiKeyInfo({ name: 'Shop front' })];
  held = new Promise((resolve) => {
    releaseCount = resolve;
  });
  let changed = Promise.resolve();
  act(() => {
    changed = result.current.changed();
  });
  await waitFor(() => expect(result.current.held.rows).toHaveLength(1));
  releaseCount();
  await act(() => changed);
  expect(seen.at(-1)).toEqual([1, 1, false]);
  for (const each of seen)
    expect([
      [0, 0, false],
      [1, 1, false],
    ]).toContainEqual(each);
  client.clear();
});
