import { MAX_DAYS } from './durations.js';

/** A whole number that somebody may set, and its value where nobody does. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
  readonly default: number;
}

/** Numbers that the library takes as options, and the server as settings. */
export const OPTION_RANGES = {
  precisionMs: { from: 200, to: 25_000, default: 1_000 },
  flushIntervalMs: { from: 50, to: 10_000, default: 500 },
  cacheSize: { from: 0, to: 10_000_000, default: 100_000 },
  outageGraceMs: { from: 0, to: 86_400_000, default: 60_000 },
  maxKeysPerUser: { from: 1, to: 10_000_000, default: 1_000 },
  historyDays: { from: 1, to: MAX_DAYS, default: 400 },
} as const satisfies Readonly<Record<string, NumberRange>>;
