import { UsageError } from './cli-io.js';

/** How many at most, as `--limit` says. */
export function limitOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError('--limit: expected a whole number from 1');
}
