import { type CliIo, UsageError } from './cli-io.js';
import { daysOf } from './days-option.js';
import { type SweepOptions, sweepKeys } from './sweep-keys.js';

/** Options of a command that takes ids, or instead of them the days for which keys were not used. */
export interface UnusedForOptions extends SweepOptions {
  readonly unusedFor?: string;
}

/** Stops the keys that were not used for so long. False: the command was given ids. */
export async function stopUnused(
  io: CliIo,
  ids: readonly string[],
  policy: 'disableUnused' | 'revokeUnused',
  options: UnusedForOptions,
): Promise<boolean> {
  const days = daysOf('--unused-for', options.unusedFor);
  if (days === undefined) {
    if (options.dryRun) throw new UsageError('--dry-run: expected --unused-for with it');
    if (options.user !== undefined) throw new UsageError('--user: expected --unused-for with it');
    return false;
  }
  if (ids.length > 0) throw new UsageError('expected ids or --unused-for, not both');
  await sweepKeys(io, { [policy]: days }, options);
  return true;
}
