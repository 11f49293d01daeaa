import { MAX_GRACE_SECONDS } from 'keystamp/rules';
import { UsageError } from './cli-io.js';
import { isoDay } from './iso-day.js';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `45s`, `30m`, `12h` or `90d` in seconds. Null: it is no duration. */
function parseDuration(text: string): number | null {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * (SECONDS[unit] as number);
}

/** An expiry as a time, a duration from `now` (by the database's clock), or a day, which counts to its end where the command runs, as on the page. */
export function parseExpiry(text: string, now: Date): Date {
  const seconds = parseDuration(text);
  if (seconds !== null) return new Date(now.getTime() + seconds * 1000);
  const time = endOfDay(text) ?? parseTime(text);
  if (time !== null && !Number.isNaN(time.getTime())) return time;
  throw new UsageError(
    '--expires: expected a duration like 90d, a day like 2030-01-31 or a time like 2030-01-31T12:00:00Z',
  );
}

/** Null: no day. A day that its month does not have would count on into the next. */
function endOfDay(text: string): Date | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (day === undefined) return null;
  const end = new Date(Number(year), Number(month) - 1, Number(day), 23, 59, 59, 999);
  return isoDay(end) === text ? end : null;
}

/** The time of a backup: a time, or a day from its begin on. */
export function parseBackupTime(text: string): Date {
  const day = endOfDay(text);
  const time = day === null ? parseTime(text) : new Date(day.setHours(0, 0, 0, 0));
  if (time !== null && !Number.isNaN(time.getTime())) return time;
  throw new UsageError('--at: expected a time like 2030-01-31T12:00:00Z or a day like 2030-01-31');
}

/** A moment of the past or of today: so long before `now`, a day (`--until`: to its end), or a time. */
export function parseMoment(option: '--since' | '--until', text: string, now: Date): Date {
  const seconds = parseDuration(text);
  if (seconds !== null) return new Date(now.getTime() - seconds * 1000);
  const day = endOfDay(text);
  if (day !== null) return option === '--until' ? day : new Date(day.setHours(0, 0, 0, 0));
  const time = parseTime(text);
  if (time !== null && !Number.isNaN(time.getTime())) return time;
  throw new UsageError(
    `${option}: expected a duration like 7d, a day like 2030-01-31 or a time like 2030-01-31T12:00:00Z`,
  );
}

function parseTime(text: string): Date | null {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  return isTime ? new Date(text) : null;
}

export function parseGrace(text: string): number {
  const seconds = text === '0' ? 0 : parseDuration(text);
  if (seconds !== null && seconds <= MAX_GRACE_SECONDS) return seconds;
  throw new UsageError('--grace: expected a duration like 30m, 12h or 7d, up to 30d');
}
