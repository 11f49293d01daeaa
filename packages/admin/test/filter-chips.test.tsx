import type { KeyCounts } from '@keystamp/server/contract';
import { cleanup, render, screen } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { FilterChips } from '../src/features/api-keys/filter/filter-chips.tsx';
import { readView } from '../src/features/api-keys/filter/view.ts';

afterEach(cleanup);

const counts: KeyCounts = {
  unused_for_30d: 57,
  unused_for_90d: 1200,
  unused_for_365d: 0,
  unused_for_never: 3,
  expires_within_30d: 2,
  expires_within_never: 9,
  status_disabled: 1,
  is_estimate: false,
};

function show(search: string, over: Partial<KeyCounts> | null = {}) {
  const onChange = vi.fn();
  const given = over === null ? null : { ...counts, ...over };
  render(<FilterChips view={readView(search)} counts={given} onChange={onChange} />);
  return onChange;
}

test('each chip says how many keys it finds', () => {
  show('');
  expect(screen.getAllByRole('button').map((chip) => chip.textContent)).toEqual([
    'Unused for 30 days, 57',
    'Unused for 90 days, 1,200',
    'Unused for 365 days, 0',
    'No use recorded, 3',
    'Disabled, 1',
    'Expires in 30 days, 2',
    'Never expires, 9',
  ]);
});

test('of an estimate it says so, and nothing where a part has none: that may be a few', () => {
  show('', { is_estimate: true });
  expect(screen.getByRole('button', { name: /^Unused for 90 days/ }).textContent).toBe(
    'Unused for 90 days, about ≈1,200',
  );
  expect(screen.getByRole('button', { name: /365/ }).textContent).toBe('Unused for 365 days');
});

test('the chip that is on is pressed, and another press takes it off', async () => {
  const onChange = show('?unused_for=90d', null);
  const chip = screen.getByRole('button', { name: 'Unused for 90 days' });
  expect(chip.getAttribute('aria-pressed')).toBe('true');
  await userEvent.click(chip);
  expect(onChange).toHaveBeenLastCalledWith({ unusedFor: null });
  await userEvent.click(screen.getByRole('button', { name: 'Never expires' }));
  expect(onChange).toHaveBeenLastCalledWith({ expiresWithin: 'never' });
});
