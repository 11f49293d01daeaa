import type { Command } from 'commander';
import { KeystampError } from 'keystamp';
import { type Database, openDatabase } from 'keystamp/database';
import { POSTGRES_URL_EXPECTED, readPostgresUrl } from 'keystamp/rules';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/config.js';
import { urlFailure } from '../config/start-failure.js';
import { migrateServerUp, requireServerSchema } from '../schema/schema.js';
import { countOtherConnections } from '../sql/count-other-connections.js';
import { databaseName } from '../start/database-name.js';
import { outageReasonOf } from '../start/outage-reason.js';
import { type MovedCounts, MoveRefusal, moveRows } from '../transfer/move.js';
import { auditFromCli } from './audit-from-cli.js';
import { CliFailure, type CliIo, UsageError } from './cli-io.js';
import { Progress } from './progress.js';
import { readSecret } from './read-secret.js';
import { countsInWords, TABLE_TITLES } from './table-titles.js';
import { withDatabase } from './with-keystamp.js';

const HELP = `
Stop the server first, so that no use of a key stays behind. Everything is moved but sessions: everybody signs in again.
Clients notice nothing: keys, ids and last uses stay the same. The new database must be empty; its tables are made. At
the end both databases count and hash every table. What fails, or is interrupted, leaves the new database without a row.

Every program of the machine can read a password in the arguments of another one. Leave it out of the URL and set
PGPASSWORD, or give the URL by standard input.

Examples:
  $ PGPASSWORD=… keystamp move --to postgres://keystamp@db.internal:5432/keystamp
  $ keystamp move --to - < url.txt`;

interface Options {
  readonly to: string;
  readonly json?: true;
}

/** `keystamp move` */
export function addMove(program: Command, io: CliIo): void {
  program
    .command('move')
    .description('move everything into an empty PostgreSQL database, and check it there')
    .requiredOption('--to <url>', 'URL of the new database; - reads it from standard input')
    .option('--json', 'print JSON: {moved}')
    .addHelpText('after', HELP)
    .action((options: Options) => move(io, options));
}

async function move(io: CliIo, { to, json }: Options): Promise<void> {
  const url = await targetUrl(io, to);
  const work = async (source: Database, { databaseUrl, dataDir }: ServerConfig, log: Logger) => {
    await requireStopped(source);
    await requireServerSchema(source);
    const { moved, place } = await moveTo(io, source, url);
    auditFromCli(log, 'moved to another database', { to: place, ...moved });
    if (json) io.out(`${JSON.stringify({ moved })}\n`);
    else io.out(report(moved, place, databaseUrl === null ? dataDir : null));
  };
  await withDatabase(io, work, { mayShare: false }).catch(explainInUse);
}

async function moveTo(io: CliIo, source: Database, url: string) {
  const target = await openTarget(url);
  try {
    const place = databaseName(await target.identify().catch(explainTarget));
    if (io.errIsTerminal) io.err(`Moving to: ${place}\n`);
    await migrateServerUp(target).catch(explainTarget);
    return { moved: await moveWithProgress(io, source, target), place };
  } finally {
    await target.end();
  }
}

/** Other commands go through the server that has the folder. */
function explainInUse(error: unknown): never {
  const isInUse = error instanceof KeystampError && error.code === 'database_in_use';
  if (!isInUse) throw error;
  throw new CliFailure(`${error.message}: stop it first, so that no use of a key stays behind`);
}

/** Without a word about what came: it may hold a password. */
async function targetUrl(io: CliIo, to: string): Promise<string> {
  const given = to === '-' ? await readSecret(io.stdin, io.err, 'URL of the new database: ') : to;
  const read = readPostgresUrl(given ?? '');
  if (!read.ok) throw new UsageError(`--to: expected ${POSTGRES_URL_EXPECTED}; ${read.fault}`);
  if (to !== '-' && read.url.password !== null) {
    io.err(
      'keystamp: warning: other programs of this machine can read the password in --to: use PGPASSWORD, or --to - and standard input\n',
    );
  }
  return (given ?? '').trim();
}

/** An embedded database is this command's alone: nobody else has its folder open. */
async function requireStopped(source: Database): Promise<void> {
  const count = source.kind === 'embedded' ? 0 : await countOtherConnections(source);
  if (count === 0) return;
  throw new CliFailure(
    `${count} connections of Keystamp are open to the present database: stop every server first, so that no use of a key stays behind`,
  );
}

async function openTarget(url: string): Promise<Database> {
  try {
    return await openDatabase(url);
  } catch (error) {
    return explainTarget(error);
  }
}

function explainTarget(error: unknown): never {
  const reason = outageReasonOf(error)?.reason ?? (error instanceof Error ? error.message : '');
  const wrong = urlFailure(error)?.message.replace('DATABASE_URL', '--to');
  throw new CliFailure(wrong ?? `the new database cannot be used: ${reason}`);
}

async function moveWithProgress(
  io: CliIo,
  source: Database,
  target: Database,
): Promise<MovedCounts> {
  const progress = new Progress(io);
  try {
    return await moveRows(source, target, (step, table, done, total) => {
      const title = TABLE_TITLES[table];
      if (title === undefined) return;
      if (step === 'moving') progress.show(`Moving ${title}`, done, total);
      else progress.show(`Checking ${title}`, total, total);
    });
  } catch (error) {
    throw error instanceof MoveRefusal ? new CliFailure(error.message) : error;
  } finally {
    progress.end();
  }
}

function report(moved: MovedCounts, place: string, folder: string | null): string {
  const old = folder === null ? 'the old database' : `the folder ${folder}`;
  return `Moved ${countsInWords(moved)} to ${place}.
Counts and hashes of every table are the same in both.
Not moved: sessions (everybody signs in again) and failed sign-ins.

Next:
  1. Set DATABASE_URL to the URL of the new database, and start the server.
  2. Do not start a server on ${old} again: what it would change stays there. Keep it until the new one works.
`;
}
