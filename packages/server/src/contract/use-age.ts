import { isBeforeRestore, isInFuture, type LastUse } from './relative-time.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * How long ago a key was used, as far as a decision about it goes:
 *
 * - `today`: within 24 hours; whatever uses it is most likely still there.
 * - `month`: within 35 days; a job that runs once a month may still use it.
 * - `year`: within 365 days. `older`: before that.
 * - `none`: no use is recorded.
 * - `unknown`: the time cannot be read.
 */
export type UseAge = 'today' | 'month' | 'year' | 'older' | 'none' | 'unknown';

export const USE_AGES = ['today', 'month', 'year', 'older', 'none', 'unknown'] as const;

/** A key used within so many days may belong to a job that runs once a month, and was a few days late. */
export const MONTHLY_DAYS = 35;
const LIMITS = [
  ['today', 1],
  ['month', MONTHLY_DAYS],
  ['year', 365],
] as const;

type Used = Pick<LastUse, 'lastUsedAt' | 'restoredAt'>;

/** A time in the future, which a wrong clock left, counts as today. So does a restore: until then the key may have been used. */
export function useAgeOf({ lastUsedAt, restoredAt }: Used, now: Date): UseAge {
  if (lastUsedAt === null) return 'none';
  if (Number.isNaN(lastUsedAt.getTime())) return 'unknown';
  if (isInFuture(lastUsedAt, now)) return 'today';
  const latest = isBeforeRestore(lastUsedAt, restoredAt) ? (restoredAt as Date) : lastUsedAt;
  const days = (now.getTime() - latest.getTime()) / DAY_MS;
  return LIMITS.find(([, limit]) => days < limit)?.[0] ?? 'older';
}

export function isWithinMonth(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() < MONTHLY_DAYS * DAY_MS;
}

/** Whether something may stop working with the key: it was used lately, or nothing is known of its use. */
export function mayBeInUse(use: Used, now: Date): boolean {
  const age = useAgeOf(use, now);
  return age !== 'year' && age !== 'older';
}

/** From so many keys on, a question that stops them has their number typed: what is typed is read. */
export const MANY_KEYS = 20;
