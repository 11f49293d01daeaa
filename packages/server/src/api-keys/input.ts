import { holdsApiKey } from '../authenticate-key/key-in-url.js';
import { wrongField } from '../problem.js';

/** A time as it was sent. The schema's format passes leap seconds, which no `Date` can hold. */
export function timeOf(field: string, text: string | null): Date | null {
  if (text === null) return null;
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw wrongField(field, 'expected a time as in 2030-01-31T12:00:00Z');
}

/** A name is stored and shown in clear: a key pasted into it would be too (K1). */
export function refuseKeyAsName(name: string): void {
  if (holdsApiKey(name)) throw wrongField('name', 'expected a name, not an API key');
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only what was sent: a field that is undefined is no field. */
export function given<T extends object>(fields: T): Given<T> {
  const sent = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(sent) as Given<T>;
}
