import type { ApiKeyInfo } from '@keystamp/server/contract';
import { cleanup, render, screen, within } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { readView } from '../src/features/api-keys/filter/view.ts';
import { asTheyCome } from '../src/features/api-keys/list/hold-places.ts';
import { KeyTable } from '../src/features/api-keys/list/key-table.tsx';
import { EmptyTable } from '../src/features/api-keys/list/table-states.tsx';
import { asSelected } from '../src/features/api-keys/selection/collect-matching.ts';
import { apiKeyInfo } from './support/api-keys.ts';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const view = readView('');

function show(keys: readonly ApiKeyInfo[], over: Partial<Parameters<typeof KeyTable>[0]> = {}) {
  const told = {
    onSort: vi.fn(),
    onSelect: vi.fn(),
    onSelectPage: vi.fn(),
    onAct: vi.fn(),
    onOpen: vi.fn(),
  };
  render(
    <KeyTable
      view={view}
      held={asTheyCome(keys)}
      keysById={new Map(keys.map((key) => [key.id, key]))}
      useRecord={{ tracking_since: '2026-01-01T00:00:00.000Z', restored_at: null }}
      ownerOf={({ user_email, user_id }) => user_email ?? user_id}
      showsUser
      selection={new Map()}
      isStale={false}
      {...told}
      {...over}
    />,
  );
  return told;
}

test('each key has its row: name, prefix, user, status', () => {
  show([apiKeyInfo({ name: 'Billing', key_prefix: 'ks_abc123', status: 'expired' })]);
  const row = screen.getAllByRole('row')[1] as HTMLElement;
  expect(within(row).getByText('Billing')).toBeTruthy();
  expect(within(row).getByText('ks_abc123…')).toBeTruthy();
  expect(within(row).getByText('ada@example.com')).toBeTruthy();
  expect(within(row).getByText('Expired')).toBeTruthy();
});

test('scopes are in the list; a key without any may do whatever its user may', () => {
  show([
    apiKeyInfo({ name: 'One', scopes: ['a:read', 'b:write'] }),
    apiKeyInfo({ name: 'Two', scopes: [] }),
  ]);
  expect(screen.getByText('a:read, b:write')).toBeTruthy();
  expect(screen.getByText('any')).toBeTruthy();
});

test('people who see their own keys only see no users', () => {
  show([apiKeyInfo()], { showsUser: false });
  expect(screen.queryByRole('columnheader', { name: 'User' })).toBeNull();
  expect(screen.queryByText('ada@example.com')).toBeNull();
});

test('a row that cannot be shown leaves the others alone', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const broken = { ...apiKeyInfo(), name: { odd: true } } as unknown as ApiKeyInfo;
  show([apiKeyInfo({ name: 'Before' }), broken, apiKeyInfo({ name: 'After' })]);
  expect(screen.getByText('Before')).toBeTruthy();
  expect(screen.getByText(/This key cannot be shown/)).toBeTruthy();
  expect(screen.getByText('After')).toBeTruthy();
});

test('the sorted heading says so, the others do not', () => {
  show([apiKeyInfo()]);
  const sorted = screen.getByRole('columnheader', { name: 'Last used' });
  expect(sorted.getAttribute('aria-sort')).toBe('descending');
  expect(screen.getByRole('columnheader', { name: 'Name' }).hasAttribute('aria-sort')).toBe(false);
});

test('a revoked key cannot be selected', async () => {
  const live = apiKeyInfo({ name: 'Live' });
  const told = show([live, apiKeyInfo({ name: 'Dead', status: 'revoked' })]);
  expect(screen.queryByRole('checkbox', { name: 'Select Dead' })).toBeNull();
  await userEvent.click(screen.getByRole('checkbox', { name: 'Select Live' }));
  expect(told.onSelect).toHaveBeenCalledWith(live, true);
});

test.each([
  ['active', {}, 'Edit… Rotate… Disable… Revoke… Delete…'],
  ['user_inactive', {}, 'Edit… Rotate… Disable… Revoke… Delete…'],
  ['disabled', { disabled_at: '2026-02-01T00:00:00.000Z' }, 'Edit… Enable Revoke… Delete…'],
  ['expired', {}, 'Edit… Revoke… Delete…'],
  ['expired', { disabled_at: '2026-02-01T00:00:00.000Z' }, 'Edit… Enable Revoke… Delete…'],
  ['revoked', { disabled_at: '2026-02-01T00:00:00.000Z' }, 'Delete…'],
] as const)('the menu of a key that is %s: %j', async (status, over, labels) => {
  HTMLElement.prototype.showPopover = () => {};
  show([apiKeyInfo({ name: 'Billing', status, ...over })]);
  await userEvent.click(screen.getByRole('button', { name: 'Actions for Billing' }));
  const items = screen.getAllByRole('menuitem', { hidden: true });
  expect(items.map((item) => item.textContent).join(' ')).toBe(labels);
});

test('a disabled key says since when, and a revoked one when it was revoked', () => {
  const disabled_at = '2026-02-01T00:00:00.000Z';
  show([
    apiKeyInfo({ name: 'Resting', status: 'disabled', disabled_at }),
    apiKeyInfo({
      name: 'Gone',
      status: 'revoked',
      disabled_at,
      revoked_at: '2026-02-03T00:00:00.000Z',
    }),
  ]);
  const sinceOf = (status: string) =>
    screen.getByText(status).querySelector('time')?.getAttribute('datetime');
  expect(sinceOf('Disabled')).toBe(disabled_at);
  expect(sinceOf('Revoked')).toBe('2026-02-03T00:00:00.000Z');
});

test('some of the page selected is neither all nor none', () => {
  const [one, two] = [apiKeyInfo(), apiKeyInfo()];
  show([one, two], { selection: new Map([[one.id, asSelected(one)]]) });
  const all = screen.getByRole<HTMLInputElement>('checkbox', { name: /all keys on this page/ });
  expect(all.indeterminate).toBe(true);
  expect(all.checked).toBe(false);
});

test.each([
  ['', null, 'No keys yet'],
  ['?q=zebra', null, 'No key matches'],
  ['?unused_for=90d', null, 'Nothing stale here'],
  ['?unused_for=never', null, 'Every active key has been used.'],
  ['?unused_for=90d&q=zebra', null, 'No key matches'],
  ['?unused_for=90d&user=grace', null, 'No key matches'],
  ['?expires_within=30d', null, 'No key matches'],
  ['', 'ks_abc123', 'No such key here'],
])('an empty list says why: %j %j', (search, pastedPrefix, title) => {
  const shown = readView(search);
  render(
    <EmptyTable view={shown} pastedPrefix={pastedPrefix} onClear={() => {}} onCreate={() => {}} />,
  );
  expect(screen.getByText(title)).toBeTruthy();
});
