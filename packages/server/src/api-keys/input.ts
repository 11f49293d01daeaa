import { holdsApiKey } from '../authenticate-key/key-in-url.js';
import { wrongField } from '../problem.js';

/** A time as it was sent. What the schema's format passes and no `Date` can hold, a leap second, the core refuses. */
export function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
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
