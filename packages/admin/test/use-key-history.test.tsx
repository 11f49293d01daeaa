import type { KeyEvent } from '@keystamp/server/contract';
import { QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/preact';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { createQueryClient } from '../src/app.tsx';
import { useKeyHistory } from '../src/features/api-keys/view/use-key-history.ts';

const KEY_ID = '00000000-0000-4000-8000-000000000001';
const PAGE = 20;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function event(id: number): KeyEvent {
  return {
    id: String(id),
    key_id: KEY_ID,
    key_name: 'Export',
    key_prefix: 'ks_abc123',
    user_id: 'ada',
    at: '2026-03-01T12:00:00.000Z',
    kind: 'updated',
    actor: { kind: 'session', user_id: 'ada', key_id: null, name: null },
    from_address: null,
    changed: { note: { from: null, to: 'x' } },
    refusal: null,
  };
}

test('newer events come in above, and push none of those on view away', async () => {
  let newest = 25;
  vi.stubGlobal('fetch', async (path: string) => {
    const cursor = new URL(path, 'http://localhost').searchParams.get('cursor');
    const from = cursor === null ? newest : Number(cursor) - 1;
    const ids = Array.from({ length: PAGE }, (_, index) => from - index).filter((id) => id > 0);
    const last = ids.at(-1) ?? 1;
    const body = { events: ids.map(event), next_cursor: last > 1 ? String(last) : null };
    return new Response(JSON.stringify({ ...body, as_of: '2026-03-01T12:00:00.000Z' }));
  });
  const client = createQueryClient();
  const { result } = renderHook(() => useKeyHistory(KEY_ID), {
    wrapper: ({ children }) => (
      <QueryClientProvider client={client}>{children as ReactNode}</QueryClientProvider>
    ),
  });
  const shown = () => result.current.events?.map(({ id }) => Number(id));
  const down = (from: number) => Array.from({ length: from }, (_, index) => from - index);

  await waitFor(() => expect(shown()).toEqual(down(25).slice(0, PAGE)));
  expect(result.current.hasOlder).toBe(true);
  await act(() => result.current.readOlder());
  expect(shown()).toEqual(down(25));
  expect(result.current.hasOlder).toBe(false);

  newest = 30;
  await act(() => client.invalidateQueries());
  await waitFor(() => expect(shown()).toEqual(down(30)));
  client.clear();
});
