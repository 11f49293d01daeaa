import { type Command, Option } from 'commander';
import type { Session } from 'keystamp/database';
import { requireServerSchema } from '../schema/schema.js';
import { exportCsv } from '../transfer/export-csv.js';
import { type ExportCounts, exportLines, type ReportExported } from '../transfer/export-lines.js';
import { inSnapshot } from '../transfer/snapshot.js';
import { auditFromCli } from './audit-from-cli.js';
import type { CliIo } from './cli-io.js';
import { type Destination, openDestination } from './destination.js';
import { Progress } from './progress.js';
import { withDatabase } from './with-keystamp.js';

const HELP = `
jsonl: JSON lines that "keystamp import" takes back whole: users, keys of every status, and their history. It
       holds the SHA-256 of each key and no key: keep it like a backup of the database.
csv:   a table of the keys for people and reports, without hashes. It cannot be imported.

All of it is of one moment, also while keys are used and changed. A file is made for its owner alone (0600).

Examples:
  $ keystamp export keys.jsonl
  $ keystamp export --with-users | gzip > keys.jsonl.gz
  $ keystamp export --format csv keys.csv`;

interface Options {
  readonly format: 'jsonl' | 'csv';
  readonly withUsers?: true;
}

/** `keystamp export` */
export function addExport(program: Command, io: CliIo): void {
  program
    .command('export')
    .description('write all keys, users and the history to standard output or a file')
    .argument('[file]', 'a file that is not there yet; default, and with -: standard output')
    .addOption(
      new Option('--format <format>', 'what to write').choices(['jsonl', 'csv']).default('jsonl'),
    )
    .option('--with-users', 'with password hashes, and accounts of sign-in by a provider')
    .addHelpText('after', HELP)
    .action((file: string | undefined, options: Options) => exportTo(io, file ?? '-', options));
}

async function exportTo(io: CliIo, file: string, { format, withUsers }: Options): Promise<void> {
  await withDatabase(io, async (database, _config, log) => {
    await requireServerSchema(database);
    const destination = await openDestination(io, file);
    const progress = new Progress(io);
    // A terminal that shows the lines has no place for a bar.
    const report: ReportExported = (kind, done, total) => {
      if (io.columns === null || file !== '-')
        progress.show(`Exporting ${TITLES[kind]}`, done, total);
    };
    try {
      const counts = await inSnapshot(database, (session) =>
        writeAll(destination, pagesOf(session, format, withUsers === true, report), format),
      );
      progress.end();
      await destination.done();
      auditFromCli(log, 'API keys exported', { format, withUsers: withUsers === true, ...counts });
      if (io.errIsTerminal) io.err(`${summary(counts)}\n`);
    } finally {
      progress.end();
      await destination.close();
    }
  });
}

const TITLES: Readonly<Record<keyof ExportCounts, string>> = {
  users: 'users',
  oidc_subjects: 'accounts of providers',
  events: 'events of the history',
  keys: 'keys',
};

type Counts = object;

function pagesOf(
  session: Session,
  format: Options['format'],
  withUsers: boolean,
  report: ReportExported,
): AsyncGenerator<string[], Counts> {
  return format === 'csv'
    ? exportCsv(session, report)
    : exportLines(session, { withUsers, report });
}

/** A page is written before the next but one is read: what reads may be slow. */
async function writeAll(
  destination: Destination,
  pages: AsyncGenerator<string[], Counts>,
  format: Options['format'],
): Promise<Counts> {
  const end = format === 'csv' ? '\r\n' : '\n';
  for (;;) {
    const page = await pages.next();
    if (page.done) return page.value;
    try {
      await destination.write(page.value.map((line) => line + end).join(''));
    } catch (error) {
      await pages.return({});
      throw error;
    }
  }
}

function summary(counts: Counts): string {
  const words = Object.entries(counts).map(([kind, count]) => `${count} ${kind.replace('_', ' ')}`);
  return `Exported ${words.join(', ')}.`;
}
