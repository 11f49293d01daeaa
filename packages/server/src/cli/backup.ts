import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Command } from 'commander';
import type { Database } from 'keystamp/database';
import { serverMigrationStatus } from '../schema/schema.js';
import { type BackupHeader, countsOf } from '../transfer/backup-form.js';
import { inSnapshot } from '../transfer/snapshot.js';
import { backupText } from '../transfer/write-backup.js';
import { auditFromCli } from './audit-from-cli.js';
import { CliFailure, type CliIo, UsageError } from './cli-io.js';
import { type Destination, openDestination } from './destination.js';
import { isOnPostgres } from './on-postgres.js';
import { Progress } from './progress.js';
import { countsInWords, TABLE_TITLES } from './table-titles.js';
import { withDatabase } from './with-keystamp.js';

const HELP = `
The embedded database alone; of PostgreSQL, "pg_dump" makes a backup. The server may run: the file shows one moment of
the database. It holds users with their password hashes, keys of every status by their SHA-256, metadata, the history and
settings: keep it like a password. Sessions are not in it.

The file is made for its owner alone (0600). It gets its name when it is whole and on the disk, and has a checksum.
"keystamp restore" takes it back, also after an upgrade of Keystamp.

Examples:
  $ keystamp backup /var/backups/keystamp-$(date +%F)
  $ keystamp backup --overwrite /var/backups/keystamp
  $ keystamp backup - | ssh backup.internal 'cat > keystamp-backup'`;

interface Options {
  readonly overwrite?: true;
  readonly json?: true;
}

/** `keystamp backup` */
export function addBackup(program: Command, io: CliIo): void {
  program
    .command('backup')
    .description('write everything in the embedded database to a file, also while the server runs')
    .argument('<file>', 'a file that is not there yet; -: standard output')
    .option('--overwrite', 'replace a file that is there, once the new one is whole')
    .option('--json', 'print JSON: {file, made_at, rows}')
    .addHelpText('after', HELP)
    .action((file: string, options: Options) => backup(io, file, options));
}

const ON_POSTGRES =
  'this is for the embedded database, and DATABASE_URL names a PostgreSQL: back it up with "pg_dump --format custom --schema keystamp"; "keystamp restore" without a file shows how to restore that';

async function backup(io: CliIo, file: string, options: Options): Promise<void> {
  if (isOnPostgres(io.env)) throw new CliFailure(ON_POSTGRES);
  if (file !== '-') return backupTo(io, file, options);
  if (io.columns !== null || options.json) {
    throw new UsageError(
      '- writes the backup to standard output, which has to be a pipe or a file',
    );
  }
  // First to a file: the program that reads may be slow, and the database is held until the copy is made.
  const folder = await mkdtemp(join(tmpdir(), 'keystamp-backup-'));
  try {
    const spool = join(folder, 'backup');
    await backupTo(io, spool, options, false);
    for await (const chunk of createReadStream(spool)) {
      io.out(chunk);
      await io.written();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function backupTo(
  io: CliIo,
  file: string,
  { overwrite, json }: Options,
  reports = true,
): Promise<void> {
  await withDatabase(io, async (database, _config, log) => {
    const destination = await openDestination(io, file, { overwrite: overwrite === true });
    try {
      const header = await writeBackup(io, database, destination);
      await destination.done();
      const { made_at } = header;
      const rows = countsOf(header);
      auditFromCli(log, 'backup made', { ...(reports ? { file } : {}), ...rows });
      if (json) io.out(`${JSON.stringify({ file, made_at, rows })}\n`);
      else if (reports) io.out(await summary(file, header));
    } finally {
      await destination.close();
    }
  });
}

async function writeBackup(
  io: CliIo,
  database: Database,
  destination: Destination,
): Promise<BackupHeader> {
  const migrations = await appliedMigrations(database);
  const progress = new Progress(io);
  const report = (table: string, done: number, total: number) => {
    const title = TABLE_TITLES[table];
    if (title !== undefined) progress.show(`Copying ${title}`, done, total);
  };
  try {
    return await inSnapshot(database, async (session) => {
      let header: BackupHeader | undefined;
      const text = async function* () {
        header = yield* backupText(session, migrations, report);
      };
      await pipeline(Readable.from(text(), { highWaterMark: 1 }), createGzip({ level: 1 }), (all) =>
        writeAll(all, destination),
      );
      return header as BackupHeader;
    });
  } finally {
    progress.end();
  }
}

async function writeAll(chunks: AsyncIterable<Buffer>, destination: Destination): Promise<void> {
  for await (const chunk of chunks) await destination.write(chunk);
}

async function appliedMigrations(database: Database): Promise<string[]> {
  const states = await serverMigrationStatus(database);
  const names = states.filter(({ appliedAt }) => appliedAt !== null).map(({ name }) => name);
  if (names.length > 0) return names;
  throw new CliFailure('the database has no tables of Keystamp: there is nothing to back up');
}

async function summary(file: string, header: BackupHeader): Promise<string> {
  const mb = (await stat(file)).size / 1e6;
  return `Backed up ${countsInWords(countsOf(header))} to ${file} (${mb.toFixed(1)} MB), as of ${header.made_at}.\n`;
}
