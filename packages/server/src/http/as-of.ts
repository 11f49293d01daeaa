import type { Keystamp } from 'keystamp';

/** The `as_of` of an answer: now, by the database's clock. */
export function asOf(keystamp: Keystamp): string {
  return keystamp.now().toISOString();
}
