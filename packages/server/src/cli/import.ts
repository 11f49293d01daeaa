import type { Command } from 'commander';
import type { Keystamp } from 'keystamp';
import type { Session } from 'keystamp/database';
import { printableText } from 'keystamp/rules';
import type { Logger } from 'pino';
import { type ExportLine, importExport } from '../transfer/import-export.js';
import { inDirectTransaction } from '../transfer/snapshot.js';
import { accountName } from './account.js';
import { auditFromCli } from './audit-from-cli.js';
import { type CliIo, UsageError } from './cli-io.js';
import { importKeys } from './import-keys.js';
import { type ImportFile, openImport, parsedObject } from './import-lines.js';
import { LineFaults } from './line-faults.js';
import { Progress } from './progress.js';
import { WrongLine } from './text-lines.js';
import { withKeystamp } from './with-keystamp.js';

const HELP = `
The file is what "keystamp export" wrote, or it is about keys of another system, in UTF-8: JSON objects, one a line, or
CSV with the names in its first line.
  key_hash      SHA-256 of the whole key: hexadecimal digits, base64 or base64url
  user_id       whose key it is
  name          what it is for
  key_prefix, scopes, created_at, expires_at, disabled_at, revoked_at, last_used_at, note, metadata    may be left out

With --plain each line has the key itself, as api_key in place of key_hash. It is hashed here and not stored.

All of it is imported, or nothing: each wrong line is named. A key that is there already is left alone, so that a file can
be imported again. Keys of any shape up to 512 characters go on working.

Examples:
  $ keystamp import keys.jsonl
  $ keystamp import --dry-run keys.csv
  $ some-export | keystamp import -
  $ some-export | keystamp import --plain -`;

interface Options {
  readonly plain?: true;
  readonly dryRun?: true;
  readonly gap: boolean;
  readonly json?: true;
}

/** `keystamp import` */
export function addImport(program: Command, io: CliIo): void {
  program
    .command('import')
    .description('take over keys that were made elsewhere, by their hashes, or an export')
    .argument('<file>', 'JSON lines or CSV; - reads standard input')
    .option('--plain', 'the lines hold the keys themselves; from standard input only')
    .option('--dry-run', 'check all of it, and store nothing')
    .option(
      '--no-gap',
      'of an export: no key was used after it was made, as its server was stopped before',
    )
    .option('--json', 'print JSON: {imported, exists}')
    .addHelpText('after', HELP)
    .action((file: string, options: Options) => importFile(io, file, options));
}

async function importFile(io: CliIo, file: string, options: Options): Promise<void> {
  const isPlain = options.plain === true;
  if (isPlain && file !== '-') {
    throw new UsageError('--plain reads standard input only: keystamp import --plain - < file');
  }
  const isDry = options.dryRun === true;
  const progress = new Progress(io);
  const opened = await openImport(io, file, isPlain, (lines, share) =>
    progress.showShare(isDry ? 'Checking lines' : 'Importing lines', lines, share),
  );
  const work = (keystamp: Keystamp, log: Logger) =>
    importAll(keystamp, log, opened, { isPlain, isDry, hasGap: options.gap });
  const { result, sentence } = await withKeystamp(io, work, { holdsSession: true }).finally(() =>
    progress.end(),
  );
  if (options.json) io.out(`${JSON.stringify(result)}\n`);
  else io.out(`${isDry ? 'would import' : 'imported'} ${sentence}\n`);
}

interface ImportChoices {
  readonly isPlain: boolean;
  readonly isDry: boolean;
  readonly hasGap: boolean;
}

/** In one transaction: a file with a wrong line changes nothing. */
async function importAll(
  keystamp: Keystamp,
  log: Logger,
  file: ImportFile,
  { isPlain, isDry, hasGap }: ImportChoices,
): Promise<Outcome> {
  const faults = new LineFaults();
  const outcome = await inDirectTransaction(keystamp.database, async (session) => {
    const added =
      file.kind === 'export'
        ? await takeBack(session, file, hasGap, faults)
        : await addKeys(keystamp, session, file, isPlain, faults);
    if (faults.count > 0) throw faults.failure();
    if (isDry) await session.query('rollback');
    return added;
  });
  if (!isDry && outcome.isChange) auditFromCli(log, 'API keys imported', outcome.result);
  return outcome;
}

interface Outcome {
  /** For programs. */
  readonly result: object;
  /** For people, after "imported". */
  readonly sentence: string;
  readonly isChange: boolean;
}

async function addKeys(
  keystamp: Keystamp,
  session: Session,
  file: ImportFile,
  isPlain: boolean,
  faults: LineFaults,
): Promise<Outcome> {
  const result = await importKeys(keystamp, session, file.records(), isPlain, faults);
  const sentence = `${result.imported}, there already ${result.exists}`;
  return { result, sentence, isChange: result.imported > 0 };
}

async function takeBack(
  session: Session,
  file: ImportFile,
  hasGap: boolean,
  faults: LineFaults,
): Promise<Outcome> {
  const actor = JSON.stringify({ kind: 'cli', name: printableText(accountName()) });
  const { added, read } = await importExport(
    session,
    exportLinesOf(file),
    { actor, hasGap },
    (number, what) => faults.add(new WrongLine(number, what)),
  );
  const result = { imported: added.keys, exists: read.keys - added.keys, added };
  const { users, oidc_subjects: accounts, events } = added;
  const also = `${users} users, ${accounts} accounts of providers and ${events} events`;
  const sentence = `${result.imported}, there already ${result.exists}; with them ${also}`;
  const isChange = Object.values(added).some((count) => count > 0);
  return { result, sentence, isChange };
}

async function* exportLinesOf({ lines }: ImportFile): AsyncGenerator<ExportLine> {
  for await (const { number, text } of lines) {
    yield { number, text, record: parsedObject(text) };
  }
}
