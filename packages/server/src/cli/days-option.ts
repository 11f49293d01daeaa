import { DAYS_EXPECTED, MAX_DAYS, readDays } from 'keystamp/rules';
import { UsageError } from './cli-io.js';

/** The days of an option, as in `90d`, or `never`. */
export function daysOrNeverOf(option: string, text: string): number | 'never' {
  const days = readDays(text);
  if (days === null) throw new UsageError(`${option}: expected ${DAYS_EXPECTED}`);
  return days;
}

/** The days of an option, as in `90d`. Undefined: it was left out. */
export function daysOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = readDays(text);
  if (typeof days === 'number') return days;
  throw new UsageError(`${option}: expected a number of days like 90d, at most ${MAX_DAYS}d`);
}
