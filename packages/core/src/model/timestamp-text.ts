/** The Gregorian calendar repeats every 400 years, and a Date holds only some of those that PostgreSQL does. */
const CYCLE_YEARS = 400;
const CYCLE_US = 146_097n * 86_400_000_000n;

/**
 * In SQL: every moment of a `timestamptz`, as text in microseconds since 1970; `Infinity` and `-Infinity` are two of them.
 * PostgreSQL rounds where they are more than a bigint holds, in the last thirty years of its time: those are counted from earlier.
 */
export const microsecondsOf = (column: string) =>
  `pg_catalog.trunc(case when ${column} < timestamptz '290000-01-01 00:00:00+00' then extract(epoch from ${column})
    else extract(epoch from ${column} - interval '876000000 hours') + 3153600000000::numeric end * 1000000::numeric)::text`;

const MICROSECONDS = /^-?(\d{1,19}|Infinity)$/;
const EARLIEST_US = -210_866_803_200_000_000n;
const LATEST_US = 9_224_318_015_999_999_999n;

export function isMicroseconds(text: unknown): text is string {
  if (typeof text !== 'string' || !MICROSECONDS.test(text)) return false;
  if (text.endsWith('Infinity')) return true;
  const us = BigInt(text);
  return us >= EARLIEST_US && us <= LATEST_US;
}

/** The same moment as PostgreSQL reads it, exact: its own arithmetic of intervals and numbers is not, from 2255 on. */
export function timestampText(microseconds: string): string {
  if (microseconds.endsWith('Infinity')) return microseconds;
  const us = BigInt(microseconds);
  const inCycle = ((us % CYCLE_US) + CYCLE_US) % CYCLE_US;
  const cycles = Number((us - inCycle) / CYCLE_US);
  const [date = '', time = ''] = new Date(Number(inCycle / 1_000n)).toISOString().split('T');
  const year = Number(date.slice(0, 4)) + cycles * CYCLE_YEARS;
  const shownYear = String(year < 1 ? 1 - year : year).padStart(4, '0');
  const micros = String(inCycle % 1_000n).padStart(3, '0');
  const text = `${shownYear}${date.slice(4)} ${time.replace('Z', micros)}+00`;
  return year < 1 ? `${text} BC` : text;
}
