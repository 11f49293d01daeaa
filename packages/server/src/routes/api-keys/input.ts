/** A time as it was sent. What the schema's format passes and no `Date` can hold, a leap second, the core refuses. */
export function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only what was sent: a field that is undefined is no field. */
export function given<T extends object>(fields: T): Given<T> {
  const sent = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(sent) as Given<T>;
}
