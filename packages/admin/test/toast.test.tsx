import { act, cleanup, render, screen } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { dismissToast, showToast, Toaster } from '../src/components/toast.tsx';
import { showDisabled } from '../src/features/api-keys/key/disabled-toast.ts';

afterEach(() => {
  act(dismissToast);
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function shownToast(undo: () => Promise<string>) {
  render(
    <>
      <button type="button">Before</button>
      <input aria-label="Search" />
      <Toaster />
    </>,
  );
  act(() => showToast({ text: 'Billing export was disabled.', undo }));
}

test('it is said to people who listen, and its button takes the change back', async () => {
  const undo = vi.fn(async () => 'The key works again.');
  shownToast(undo);
  expect(screen.getByRole('status').textContent).toContain('Billing export was disabled.');
  await userEvent.click(screen.getByRole('button', { name: /^Undo/ }));
  expect(undo).toHaveBeenCalledOnce();
  expect(screen.getByRole('status').textContent).toContain('The key works again.');
  expect(screen.queryByRole('button', { name: /^Undo/ })).toBeNull();
});

test('Ctrl+Z takes it back, but not from a field, which has its own', async () => {
  const undo = vi.fn(async () => 'Done.');
  shownToast(undo);
  screen.getByLabelText('Search').focus();
  await userEvent.keyboard('{Control>}z{/Control}');
  expect(undo).not.toHaveBeenCalled();
  screen.getByText('Before').focus();
  await userEvent.keyboard('{Control>}z{/Control}');
  expect(undo).toHaveBeenCalledOnce();
});

test('the focus goes back to where it came from', async () => {
  shownToast(async () => 'Done.');
  screen.getByText('Before').focus();
  act(() => screen.getByRole('button', { name: /^Undo/ }).focus());
  await userEvent.keyboard('{Enter}');
  expect(document.activeElement).toBe(screen.getByText('Before'));
});

test('where it fails it says why, and can be pressed again', async () => {
  let fails = true;
  shownToast(async () => {
    if (fails) throw new Error('away');
    return 'Done.';
  });
  await userEvent.click(screen.getByRole('button', { name: /^Undo/ }));
  expect(screen.getByRole('alert').textContent).toContain('The server cannot be reached.');
  fails = false;
  await userEvent.click(screen.getByRole('button', { name: /^Undo/ }));
  expect(screen.queryByRole('alert')).toBeNull();
});

test('it stays for a minute, and longer while the focus is on it', () => {
  vi.useFakeTimers();
  shownToast(async () => 'Done.');
  act(() => void vi.advanceTimersByTime(59_000));
  expect(screen.getByRole('button', { name: 'Dismiss' })).toBeTruthy();
  act(() => screen.getByRole('button', { name: 'Dismiss' }).focus());
  act(() => void vi.advanceTimersByTime(600_000));
  expect(screen.getByRole('button', { name: 'Dismiss' })).toBeTruthy();
  act(() => screen.getByRole('button', { name: 'Dismiss' }).blur());
  act(() => void vi.advanceTimersByTime(2_000));
  expect(screen.queryByRole('button', { name: 'Dismiss' })).toBeNull();
});

test('once taken back, it goes after a few seconds', async () => {
  vi.useFakeTimers();
  shownToast(async () => 'Done.');
  await act(async () => {
    screen.getByRole('button', { name: /^Undo/ }).click();
    await vi.advanceTimersByTimeAsync(100);
  });
  expect(screen.getByRole('status').textContent).toContain('Done.');
  act(() => void vi.advanceTimersByTime(9_000));
  expect(screen.getByRole('status').textContent).toBe('');
});

test('keys that were disabled are enabled again, each; those that are gone are counted', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    return path.includes('gone')
      ? Response.json({ detail: 'No such key.' }, { status: 404 })
      : Response.json({ info: {} });
  });
  const changed = vi.fn();
  render(<Toaster />);
  act(() => showDisabled(['one', 'gone', 'two'], '3 keys were disabled.', changed));
  await userEvent.click(screen.getByRole('button', { name: /^Undo/ }));
  expect(asked).toEqual(['one', 'gone', 'two'].map((id) => `/api/api-keys/${id}/enable`));
  await screen.findByText('2 keys work again. 1 key was revoked or deleted meanwhile.');
  expect(changed).toHaveBeenCalledOnce();
});
