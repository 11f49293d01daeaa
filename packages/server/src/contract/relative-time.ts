const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From this age on a plain date says more than "43 days ago". */
const RELATIVE_FOR = 30 * DAY;

/**
 * How long ago `then` was, for eyes: "just now" below a minute, "2 hours ago", a plain date from 30 days on,
 * "—" for null and "unknown" for a date that is none. A moment up to a minute after `now` reads "just now", because clocks
 * differ; a later one reads "in the future: <date>".
 * Words follow `locale` (default: the reader's), the date also the reader's time zone. `dateOf` writes the date.
 */
export function relativeTime(
  then: Date | null,
  now: Date,
  locale?: string,
  dateOf: DateWording = plainDate,
): string {
  if (then === null) return '—';
  const age = now.getTime() - then.getTime();
  if (Number.isNaN(age)) return 'unknown';
  if (isInFuture(then, now)) return `in the future: ${dateOf(then, locale)}`;
  if (age < MINUTE) return justNow(locale);
  if (age < HOUR) return ago(Math.floor(age / MINUTE), 'minute', locale);
  if (age < DAY) return ago(Math.floor(age / HOUR), 'hour', locale);
  if (age < RELATIVE_FOR) return ago(Math.floor(age / DAY), 'day', locale);
  return dateOf(then, locale);
}

/** Whether a time that should be past is ahead of `now` by more than clocks differ: a wrong clock left it. */
export function isInFuture(then: Date, now: Date): boolean {
  return then.getTime() - now.getTime() >= MINUTE;
}

/** Writes a day. */
export type DateWording = (day: Date, locale?: string) => string;

/** A key's last use, its making, and how far back the record of uses goes. */
export interface LastUse extends UseRecord {
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
}

export interface UseRecord {
  /** From then on each use is recorded. */
  readonly trackingSince: Date;
  /** When a backup was restored: uses before it may be missing. Null: none was. */
  readonly restoredAt: Date | null;
}

/**
 * The wording of "Last used" for one key. A key older than the recording itself may have been used before it:
 * "no use recorded since <date>" then stands in place of "—" (G10). Before a restore of a backup, a use reads "<when> or later".
 */
export function lastUsedWording(
  use: LastUse,
  now: Date,
  locale?: string,
  dateOf: DateWording = plainDate,
): string {
  if (use.lastUsedAt === null && isOlderThanTracking(use)) {
    return `no use recorded since ${dateOf(use.trackingSince, locale)}`;
  }
  const words = relativeTime(use.lastUsedAt, now, locale, dateOf);
  return isBeforeRestore(use.lastUsedAt, use.restoredAt) ? `${words} or later` : words;
}

/** Whether later uses than this one may be missing, because a backup was restored after it. */
export function isBeforeRestore(lastUsedAt: Date | null, restoredAt: Date | null): boolean {
  return lastUsedAt !== null && restoredAt !== null && lastUsedAt.getTime() < restoredAt.getTime();
}

/** Whether the key was made before uses were recorded, so that null does not mean "never used". */
export function isOlderThanTracking(use: Pick<LastUse, 'createdAt' | 'trackingSince'>): boolean {
  return use.createdAt.getTime() < use.trackingSince.getTime();
}

/** A day as in "Nov 23, 2026", in the reader's time zone; "unknown" for a date that is none. */
export function plainDate(day: Date, locale?: string): string {
  if (Number.isNaN(day.getTime())) return 'unknown';
  return formatsOf(locale).date.format(day);
}

function ago(count: number, unit: Intl.RelativeTimeFormatUnit, locale?: string): string {
  return formatsOf(locale).relative.format(-count, unit);
}

function justNow(locale?: string): string {
  const { now } = formatsOf(locale);
  const isEnglish = now.resolvedOptions().locale.split('-')[0] === 'en';
  return isEnglish ? 'just now' : now.format(0, 'second');
}

interface Formats {
  readonly relative: Intl.RelativeTimeFormat;
  readonly now: Intl.RelativeTimeFormat;
  readonly date: Intl.DateTimeFormat;
}

/** Formats cost more to make than to use, and a table asks for one a row and tick. */
const formats = new Map<string | undefined, Formats>();

function formatsOf(locale: string | undefined): Formats {
  let known = formats.get(locale);
  if (known === undefined) {
    known = {
      relative: new Intl.RelativeTimeFormat(locale, { numeric: 'always' }),
      now: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
      date: new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }),
    };
    formats.set(locale, known);
  }
  return known;
}
