import { MAX_GRACE_SECONDS } from '../contract/api-keys.js';
import { UsageError } from './cli-io.js';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `45s`, `30m`, `12h` or `90d` in seconds. Null: it is no duration. */
export function parseDuration(text: string): number | null {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * (SECONDS[unit] as number);
}

/** An expiry as a time, a day, or a duration from now. */
export function parseExpiry(text: string, now: Date): Date {
  const seconds = parseDuration(text);
  if (seconds !== null) return new Date(now.getTime() + seconds * 1000);
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const time = new Date(isTime ? text : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError(
    '--expires: expected a duration like 90d, a day like 2030-01-31 or a time like 2030-01-31T12:00:00Z',
  );
}

export function parseGrace(text: string): number {
  const seconds = text === '0' ? 0 : parseDuration(text);
  if (seconds !== null && seconds <= MAX_GRACE_SECONDS) return seconds;
  throw new UsageError('--grace: expected a duration like 30m, 12h or 7d, up to 30d');
}
