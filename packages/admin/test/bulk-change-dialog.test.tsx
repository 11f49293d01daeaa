import { cleanup, render, screen } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BulkAct } from '../src/features/api-keys/selection/bulk-change.ts';
import { BulkChangeDialog } from '../src/features/api-keys/selection/bulk-change-dialog.tsx';
import { asSelected } from '../src/features/api-keys/selection/collect-matching.ts';
import { apiKeyInfo } from './support/api-keys.ts';

beforeEach(() => {
  // jsdom has dialogs that cannot be shown.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const record = { tracking_since: '2020-01-01T00:00:00.000Z', restored_at: null };
const minutesAgo = (count: number) => new Date(Date.now() - count * 60_000).toISOString();

function ask(act: BulkAct, count: number, over: Parameters<typeof apiKeyInfo>[0] = {}) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    return Response.json({ results: [] });
  });
  const keys = Array.from({ length: count }, () => asSelected(apiKeyInfo(over)));
  const nothing = () => {};
  render(
    <BulkChangeDialog
      act={act}
      keys={keys}
      useRecord={record}
      onClose={nothing}
      onChanged={nothing}
      onEnabled={nothing}
    />,
  );
  return asked;
}

const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement;

test.each(['revoke', 'disable'] as const)(
  '20 keys: their number has to be typed before any answer stops them, to %s',
  async (act) => {
    const asked = ask(act, 20);
    const names = act === 'revoke' ? ['Revoke 20 keys', 'Disable instead'] : ['Disable 20 keys'];
    for (const typed of ['', '2', '21', '200']) {
      await userEvent.clear(screen.getByLabelText(/^Type the number of keys/));
      if (typed !== '') await userEvent.type(screen.getByLabelText(/^Type the number/), typed);
      for (const name of names) expect(button(name).disabled).toBe(true);
      await userEvent.keyboard('{Enter}');
    }
    expect(asked).toEqual([]);
    await userEvent.clear(screen.getByLabelText(/^Type the number/));
    await userEvent.type(screen.getByLabelText(/^Type the number/), ' 20 ');
    await userEvent.click(button(names[0] as string));
    expect(asked).toEqual([`/api/api-keys/bulk-${act}`]);
  },
);

test('a number may have marks between its thousands', async () => {
  ask('revoke', 2500);
  await userEvent.type(screen.getByLabelText(/^Type the number/), '2,500');
  expect(button('Revoke 2,500 keys').disabled).toBe(false);
});

test('19 keys of which none is in use take one press', async () => {
  const asked = ask('revoke', 19);
  await userEvent.click(button('Revoke 19 keys'));
  expect(asked).toHaveLength(1);
});

test('few keys of which one is in use ask for its name, but not where they can be enabled again', async () => {
  ask('revoke', 2, { name: 'Shop', last_used_at: minutesAgo(2) });
  expect(screen.getByRole('status').textContent).toContain('2used within 24 hours: in use');
  expect(button('Revoke 2 keys').disabled).toBe(true);
  expect(button('Disable instead').disabled).toBe(false);
  await userEvent.type(screen.getByLabelText(/^Type its name/), 'Shop');
  expect(button('Revoke 2 keys').disabled).toBe(false);
});

test('keys that are refused already are counted apart, however late they were used', () => {
  ask('revoke', 2, { status: 'disabled', last_used_at: minutesAgo(2) });
  expect(screen.getByRole('alertdialog').textContent).toContain('2refused already');
  expect(button('Revoke 2 keys').disabled).toBe(false);
});
