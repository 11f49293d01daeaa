import { MAX_DAYS } from './durations.js';

/** Days as text, without the limit of their number. */
export const DAYS_PATTERN = /^([1-9][0-9]{0,4}d|never)$/;
export const DAYS_EXPECTED = `a number of days like 90d, at most ${MAX_DAYS}d, or never`;

/** The days that a text like `90d` names; null: it names none. */
export function readDays(text: string): number | 'never' | null {
  if (!DAYS_PATTERN.test(text)) return null;
  if (text === 'never') return text;
  const days = Number.parseInt(text, 10);
  return days <= MAX_DAYS ? days : null;
}
