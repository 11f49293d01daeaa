import type { Command } from 'commander';
import { auditFromCli } from './audit-from-cli.js';
import type { CliIo } from './cli-io.js';
import { parseBackupTime } from './duration.js';
import { withKeystamp } from './with-keystamp.js';

const EXAMPLE = `
What it changes: a key without a use says "no use recorded since" the restore, and one with an earlier use
"or later". No key counts as unused (--unused-for) from before the restore.

Example:
  $ keystamp restored --at 2030-01-31T03:00:00Z`;

interface Options {
  readonly at: string;
  readonly json?: true;
}

/** `keystamp restored` */
export function addRestored(program: Command, io: CliIo): void {
  program
    .command('restored')
    .description('book that a backup was restored: uses since it was made are missing')
    .requiredOption('--at <time>', 'when the backup was made: a time, or a day')
    .option('--json', 'print JSON: {backup_at, restored_at}')
    .addHelpText('after', EXAMPLE)
    .action((options: Options) => restored(io, options));
}

async function restored(io: CliIo, { at, json }: Options): Promise<void> {
  const given = parseBackupTime(at);
  await withKeystamp(io, async (keystamp, log) => {
    const { backupAt, restoredAt } = await keystamp.bookRestore(given);
    const times = { backup_at: backupAt.toISOString(), restored_at: restoredAt.toISOString() };
    if (json) io.out(`${JSON.stringify(times)}\n`);
    else io.out(`Booked: uses from ${times.backup_at} to ${times.restored_at} may be missing.\n`);
    auditFromCli(log, 'booked a restored backup', { backupAt, restoredAt });
  });
}
