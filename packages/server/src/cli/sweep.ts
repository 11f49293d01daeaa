import type { Command } from 'commander';
import { given } from '../routes/api-keys/input.js';
import { type CliIo, UsageError } from './cli-io.js';
import { daysOf } from './days-option.js';
import { type SweepOptions, sweepKeys } from './sweep-keys.js';

const EXAMPLES = `
A key that is used while the command runs is left alone, and so is one whose metadata keep-until is a later day. No key
counts as unused from before uses were recorded, or from before it was enabled again. The server does the same once a
day with KEYSTAMP_DISABLE_UNUSED and KEYSTAMP_REVOKE_DISABLED.

Examples:
  $ keystamp sweep --disable-unused 90d --revoke-disabled 30d --dry-run
  $ keystamp sweep --disable-unused 90d --user ada@example.com
  $ keystamp edit ks_7Hq2 --metadata keep-until=2030-01-31`;

interface Options extends SweepOptions {
  readonly disableUnused?: string;
  readonly revokeDisabled?: string;
}

/** `keystamp sweep` */
export function addSweep(program: Command, io: CliIo): void {
  program
    .command('sweep')
    .description('disable keys that are not used, and revoke those that were disabled long ago')
    .option('--disable-unused <days>', 'disable active keys not used for so long, as in 90d')
    .option('--revoke-disabled <days>', 'revoke keys that have been disabled for so long')
    .option('--user <id>', "only this user's keys: an address or an id")
    .option('--dry-run', 'change nothing, and say what would change')
    .option('--yes', 'do not ask at a terminal')
    .option('--json', 'print JSON: {dry_run, disabled, revoked, kept, …, results, as_of}')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => sweep(io, options));
}

async function sweep(io: CliIo, options: Options): Promise<void> {
  const days = given({
    disableUnused: daysOf('--disable-unused', options.disableUnused),
    revokeDisabled: daysOf('--revoke-disabled', options.revokeDisabled),
  });
  if (Object.keys(days).length === 0) {
    throw new UsageError('expected --disable-unused, --revoke-disabled or both');
  }
  await sweepKeys(io, days, options);
}
