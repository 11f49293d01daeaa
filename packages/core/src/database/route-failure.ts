import { isDatabaseAway, reasonOfFailure } from './outage.js';
import { driverError } from './postgres/driver-error.js';
import type { Place } from './postgres-config.js';

/** A server that was tried, and why it was not taken. */
export interface Tried {
  readonly place: Place;
  readonly error: Error;
}

/**
 * None of several servers was taken. The code is that of a failure which may pass by itself, where there is one; `remedy` that of one
 * which does not.
 */
class NoServerError extends Error {
  override readonly name = 'NoServerError';
  readonly code: string | undefined;
  readonly remedy: string | undefined;

  constructor(tried: readonly Tried[]) {
    const reasons = tried.map(
      ({ place, error }) => `${place.host}:${place.port}: ${reasonOfFailure(error)}`,
    );
    super(`Not one of ${tried.length} servers can be used. ${reasons.join('; ')}`);
    const errors = tried.map(({ error }) => error as Error & { code?: string; remedy?: string });
    const passing = errors.find((error) => isDatabaseAway(error));
    this.code = passing === undefined ? errors[0]?.code : (passing.code ?? '08001');
    this.remedy = passing === undefined ? errors.find(({ remedy }) => remedy)?.remedy : undefined;
  }
}

/** What a search that found nothing throws: of a single server the reason itself. */
export function unreachable(tried: readonly Tried[]): unknown {
  return tried.length === 1 ? tried[0]?.error : driverError(new NoServerError(tried));
}

/**
 * Whether another server may do what this one did not. A right one that lets nobody in (password, role, name of the database,
 * no room) stays the right one, and so does one whose connections are all in use by this instance.
 */
export function leadsElsewhere(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  if (code === 'overloaded') return false;
  return !(typeof code === 'string' && /^(28|3D|42|53)/.test(code));
}
