/** The name in a key's metadata that keeps it from the policy for unused keys, until a day. */
export const KEEP_UNTIL = 'keep-until';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * Whether the metadata keep a key now: `keep-until` is a day in UTC, which counts to its end, or a time, in UTC where it names
 * no zone. What cannot be read keeps the key, which is the safe side. The same rule as `keystamp.keep_until` in the database.
 */
export function isKept(metadata: Readonly<Record<string, string>>, now: Date): boolean {
  const said = metadata[KEEP_UNTIL];
  if (said === undefined) return false;
  const end = endOf(said);
  return end === null || end > now.getTime();
}

/** In epoch milliseconds; null: it cannot be read. */
function endOf(said: string): number | null {
  if (DAY.test(said)) return isDay(said) ? Date.parse(said) + DAY_MS : null;
  const [, day = '', clock, seconds = ':00', zone = 'Z'] = TIME.exec(said) ?? [];
  const end = isDay(day) ? Date.parse(`${day}T${clock}${seconds}${zone}`) : Number.NaN;
  return Number.isNaN(end) ? null : end;
}

/** The 30th of February is none, which `Date.parse` takes for the 1st or 2nd of March; and PostgreSQL knows no year 0. */
function isDay(text: string): boolean {
  if (text.startsWith('0000')) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
