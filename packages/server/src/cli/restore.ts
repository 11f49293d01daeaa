import { resolve } from 'node:path';
import type { Command } from 'commander';
import { KeystampError } from 'keystamp';
import { type Database, fillFolder } from 'keystamp/database';
import type { Logger } from 'pino';
import { folderFailure } from '../start/open-configured.js';
import { type BackupHeader, countsOf } from '../transfer/backup-form.js';
import { countUsed, restoreBackup } from '../transfer/restore-backup.js';
import { auditFromCli } from './audit-from-cli.js';
import { withBackup } from './backup-file.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { isOnPostgres } from './on-postgres.js';
import { Progress } from './progress.js';
import { restoreSteps } from './restore-steps.js';
import { countsInWords, TABLE_TITLES } from './table-titles.js';
import { configured } from './with-keystamp.js';

const HELP = `
The folder (KEYSTAMP_DATA_DIR) has to be empty, or its database without keys and users. The file is checked before. The
database appears in the folder when all of it is restored and checked. Tables get the form of this version of Keystamp.

Uses of keys after the backup are booked as missing, as "keystamp restored" does. Everybody signs in again.

Without a file it shows how to restore a dump of PostgreSQL, or a copy of the folder, and changes nothing.

Examples:
  $ keystamp restore /var/backups/keystamp-2030-01-31
  $ KEYSTAMP_DATA_DIR=/srv/keystamp keystamp restore --no-gap keystamp.backup
  $ keystamp restore`;

interface Options {
  readonly gap: boolean;
  readonly json?: true;
}

/** `keystamp restore` */
export function addRestore(program: Command, io: CliIo): void {
  program
    .command('restore')
    .description('make an embedded database from a file of "keystamp backup"')
    .argument('[file]', 'a file of "keystamp backup"; -: standard input; none: show the steps')
    .option('--no-gap', 'no key was used after the backup was made, as its server was stopped')
    .option('--json', 'print JSON: {made_at, rows}')
    .addHelpText('after', HELP)
    .action((file: string | undefined, options: Options) => restore(io, file, options));
}

const ON_POSTGRES =
  'a file of "keystamp backup" is restored into a folder, and DATABASE_URL names a PostgreSQL. A dump of PostgreSQL is restored with "pg_restore"; "keystamp restore" without a file shows the steps. To bring this file to PostgreSQL, restore it without DATABASE_URL and then run "keystamp move"';

async function restore(io: CliIo, file: string | undefined, options: Options): Promise<void> {
  const isPostgres = isOnPostgres(io.env);
  if (file === undefined) return io.out(restoreSteps(isPostgres));
  if (isPostgres) throw new CliFailure(ON_POSTGRES);
  const { config, log } = configured(io);
  const progress = new Progress(io);
  try {
    if (file !== '-') await check(io, file, progress);
    const folder = resolve(config.dataDir);
    const header = await restoreInto(io, folder, file, options, progress);
    report(io, log, folder, header, options);
  } finally {
    progress.end();
  }
}

/** All of the file is read before anything is made. Standard input can be read once: its end is checked before the database appears. */
async function check(io: CliIo, file: string, progress: Progress): Promise<void> {
  await withBackup(io, file, async ({ rows }) => {
    for await (const _ of rows(show(io, progress, 'Reading')));
  });
}

async function restoreInto(
  io: CliIo,
  dataDir: string,
  file: string,
  { gap: hasGap }: Options,
  progress: Progress,
): Promise<BackupHeader> {
  return withBackup(io, file, async (backup) => {
    await fillFolder(dataDir, {
      mayReplace: (database) => requireUnused(database, dataDir),
      fill: (database) =>
        restoreBackup(database, backup, {
          hasGap,
          report: (step, ...done) =>
            show(io, progress, step === 'restoring' ? 'Restoring' : 'Checking')(...done),
        }),
    }).catch((error: unknown) => explainFolder(error, dataDir));
    return backup.header;
  });
}

/** Of the three steps a log gets the longest. */
function show(io: CliIo, progress: Progress, what: 'Reading' | 'Restoring' | 'Checking') {
  return (table: string, done: number, total: number) => {
    const title = TABLE_TITLES[table];
    const isShown = title !== undefined && (io.errIsTerminal || what === 'Restoring');
    if (isShown) progress.show(`${what} ${title}`, done, total);
  };
}

async function requireUnused(database: Database, dataDir: string): Promise<void> {
  const { keys, users } = await countUsed(database);
  if (keys + users === 0) return;
  throw new CliFailure(
    `the folder ${dataDir} has a database with ${keys} keys and ${users} users: name an empty folder in KEYSTAMP_DATA_DIR. Nothing was changed.`,
  );
}

function explainFolder(error: unknown, dataDir: string): never {
  const isInUse = error instanceof KeystampError && error.code === 'database_in_use';
  if (!isInUse) throw folderFailure(error, dataDir) ?? error;
  throw new CliFailure(
    `${error.message}: name an empty folder in KEYSTAMP_DATA_DIR. Nothing was changed.`,
  );
}

function report(
  io: CliIo,
  log: Logger,
  dataDir: string,
  header: BackupHeader,
  { gap, json }: Options,
): void {
  const rows = countsOf(header);
  const { made_at } = header;
  auditFromCli(log, 'restored a backup', { folder: dataDir, made_at, ...rows });
  if (json) io.out(`${JSON.stringify({ made_at, rows })}\n`);
  else io.out(inWords(dataDir, header, gap));
}

function inWords(dataDir: string, header: BackupHeader, gap: boolean): string {
  const missing = gap ? 'Uses of keys since then are booked as missing.\n' : '';
  return `Restored ${countsInWords(countsOf(header))} into ${dataDir}, as of ${header.made_at}.
${missing}Not in a backup: sessions (everybody signs in again) and failed sign-ins.

Next:
  1. Do again what was done after the backup, revocations first: each line of the log with "audit":true names a key.
  2. Start the server.
`;
}
