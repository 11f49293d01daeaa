import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { forgetServerTime, learnServerTime } from '../src/clock/server-clock.ts';
import { LastUsed } from '../src/features/api-keys/key/last-used.tsx';
import { apiKeyInfo } from './support/api-keys.ts';

const tracking = '2026-01-01T00:00:00.000Z';
const now = Date.parse('2026-11-23T12:00:00.000Z');

beforeEach(() => {
  vi.useFakeTimers({ now });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  forgetServerTime();
});

function show(last_used_at: string | null, created_at = '2026-06-01T00:00:00.000Z') {
  const key = apiKeyInfo({ last_used_at, created_at });
  return render(
    <LastUsed apiKey={key} useRecord={{ tracking_since: tracking, restored_at: null }} />,
  ).container;
}

describe('a key that was used', () => {
  test('shows the relative time in a <time>', () => {
    const time = show('2026-11-23T10:00:00.000Z').querySelector('time');
    expect(time?.textContent).toBe('2 hours ago');
    expect(time?.getAttribute('datetime')).toBe('2026-11-23T10:00:00.000Z');
  });

  test('ticks on without anything being fetched', () => {
    const shown = show('2026-11-23T11:59:30.000Z');
    expect(shown.textContent).toBe('just now');
    act(() => void vi.advanceTimersByTime(31_000));
    expect(shown.textContent).toBe('1 minute ago');
    act(() => void vi.advanceTimersByTime(59 * 60_000));
    expect(shown.textContent).toBe('1 hour ago');
  });

  test('in the future says so, and what the next use does', () => {
    const shown = show('2026-11-25T12:00:00.000Z');
    expect(shown.querySelector('time')?.textContent).toBe('in the future: Nov 25, 2026');
    act(() => screen.getByRole('button').focus());
    expect(shown.textContent).toContain('The next use of the key replaces it.');
  });

  test("goes by the database's clock", () => {
    learnServerTime({ as_of: '2026-11-23T13:00:00.000Z' }, now, now);
    expect(show('2026-11-23T12:58:30.000Z').textContent).toBe('1 minute ago');
  });

  test('tells the exact time on focus, and puts it away on Esc', () => {
    show('2026-11-23T10:00:00.123Z');
    const button = screen.getByRole('button');
    act(() => button.focus());
    // jsdom knows no popovers and takes what is in one for hidden.
    const tip = screen.getByRole('tooltip', { hidden: true });
    expect(tip.textContent).toContain('2026-11-23 10:00:00.123 UTC');
    expect(tip.textContent).toContain('The last request that this key authenticated.');
    expect(button.getAttribute('aria-describedby')).toBe(tip.id);
    act(() => void fireEvent.keyDown(button, { key: 'Escape' }));
    expect(screen.queryByRole('tooltip', { hidden: true })).toBeNull();
  });
});

describe('a key without a use', () => {
  test('shows "—", which ears hear as never used', () => {
    const shown = show(null);
    expect(shown.querySelector('[aria-hidden=true]')?.textContent).toBe('—');
    expect(shown.querySelector('.visually-hidden')?.textContent).toBe('never used');
  });

  test('G10 that is older than the recording is not said to be never used', () => {
    const shown = show(null, '2025-06-01T00:00:00.000Z');
    expect(shown.textContent).toMatch(/^— no use recorded since (Dec 31, 2025|Jan 1, 2026)$/);
    expect(shown.textContent).not.toContain('never');
  });
});

test.each(['', 'garbage', '0000-99-99T00:00:00Z'])('%j is said to be unreadable', (value) => {
  expect(show(value).textContent).toBe('unreadable');
});
