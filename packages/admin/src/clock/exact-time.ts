/** A time to the second in the reader's words and zone: "23 November 2026 at 12:40:44 CET". */
export function exactLocal(at: Date, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long' }).format(at);
}

/** The same in UTC, sortable: "2026-11-23 11:40:44.123 UTC". */
export function exactUtc(at: Date): string {
  return at.toISOString().replace('T', ' ').replace('Z', ' UTC');
}

/** A time of the wire; null where it cannot be read as one. */
export function readTime(text: unknown): Date | null {
  if (typeof text !== 'string') return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}
