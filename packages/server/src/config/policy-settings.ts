import { MAX_DAYS } from 'keystamp/rules';
import { type Environment, wrong } from './wrong-variable.js';

/** The policy for unused keys, in days. Null: this part of it is off. */
export interface PolicySettings {
  readonly disableUnused: number | null;
  readonly revokeDisabled: number | null;
}

/** A number of days, as `90d`; null: the variable is not set. */
export function readDays(env: Environment, name: string): number | null {
  const text = env[name];
  if (!text) return null;
  const days = Number(/^(\d{1,5})d$/.exec(text)?.[1] ?? Number.NaN);
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw wrong(name, text, `days like 90d, from 1d to ${MAX_DAYS}d`);
}
