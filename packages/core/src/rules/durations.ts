/** The longest grace of a rotation: 30 days. */
export const MAX_GRACE_SECONDS = 30 * 24 * 60 * 60;
/** The grace of a rotation where none is said: 1 day. */
export const DEFAULT_GRACE_SECONDS = 24 * 60 * 60;
/** Longest duration that is given in days: 100 years. */
export const MAX_DAYS = 36_500;
