/** The longest grace of a rotation: 30 days. */
export const MAX_GRACE_SECONDS = 30 * 24 * 60 * 60;
