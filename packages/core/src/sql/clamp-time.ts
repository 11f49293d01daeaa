const EARLIEST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** In SQL: the latest that `clampTime` gives. */
export const latestTimeSql = `timestamptz '9999-12-31 23:59:59.999+00'`;

/**
 * A time of the years 1 to 9999, which JSON and every caller can hold. Only a row written by hand has another: `infinity`
 * and what lies beyond is the last of them, `-infinity` and the time before Christ the first.
 */
export function clampTime(time: Date): Date {
  const ms = time.getTime();
  if (ms > LATEST_MS) return new Date(LATEST_MS);
  return ms < EARLIEST_MS ? new Date(EARLIEST_MS) : time;
}
