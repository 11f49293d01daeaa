import { type DateWording, plainDate, relativeTime } from './relative-time.js';

/** The time that counts as now, and the words of the place. */
export interface TimeReader {
  readonly now: Date;
  /** Default: the reader's. */
  readonly locale?: string | undefined;
  /** Writes a day. Default: as in "Nov 23, 2026". */
  readonly dateOf?: DateWording | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** From so many days on, months say more; from so many months on, years. */
const DAYS_SHOWN = 60;
const DAYS_A_MONTH = 365.25 / 12;
const MONTHS_SHOWN = 24;

/** "2 minutes ago", and from a day on with the day: "6 days ago (Nov 23, 2026)", "11 months ago (Dec 20, 2025)". */
export function agoAndDay(then: Date, reader: TimeReader): string {
  const ageMs = reader.now.getTime() - then.getTime();
  // A time that cannot be read has no day either.
  const isToday = !(Math.abs(ageMs) >= DAY_MS);
  return isToday
    ? relativeTime(then, reader.now, reader.locale)
    : `${ago(then, reader)} (${day(then, reader)})`;
}

/** The day first: "Nov 23, 2026 (6 days ago)". */
export function dayAndAgo(then: Date, reader: TimeReader): string {
  return `${day(then, reader)} (${ago(then, reader)})`;
}

/** How long it is since `then`, without "ago": "45 days", "11 months". */
export function lengthSince(then: Date, { now, locale }: TimeReader): string {
  const [count, unit] = roundedAge(then, now);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

export function day(then: Date, { locale, dateOf = plainDate }: TimeReader): string {
  return dateOf(then, locale);
}

function ago(then: Date, { now, locale }: TimeReader): string {
  const [count, unit] = roundedAge(then, now);
  if (!(count >= 1)) return relativeTime(then, now, locale);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'always' }).format(-count, unit);
}

function roundedAge(then: Date, now: Date): [number, 'day' | 'month' | 'year'] {
  const days = (now.getTime() - then.getTime()) / DAY_MS;
  if (days < DAYS_SHOWN) return [Math.floor(days), 'day'];
  const months = Math.floor(days / DAYS_A_MONTH);
  return months < MONTHS_SHOWN ? [months, 'month'] : [Math.floor(months / 12), 'year'];
}
