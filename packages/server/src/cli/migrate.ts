import { type Command, InvalidArgumentError } from 'commander';
import type { MigrationState } from 'keystamp/database';
import { migrateServerDown, migrateServerUp, serverMigrationStatus } from '../schema/schema.js';
import { isAttended } from './ask.js';
import type { CliIo } from './cli-io.js';
import { confirmDown } from './confirm-down.js';
import { table } from './table.js';
import { withDatabase } from './with-keystamp.js';

const EXAMPLES = `
Examples:
  $ keystamp migrate status
  $ keystamp migrate up
  $ keystamp migrate down --count 1`;

interface Options {
  readonly to?: string;
  readonly count?: number;
  readonly yes?: true;
  readonly json?: true;
}

/** `keystamp migrate up|down|status` */
export function addMigrate(program: Command, io: CliIo): void {
  const migrate = program
    .command('migrate')
    .description('bring the schema up to date, take migrations back, or show them')
    .addHelpText('after', EXAMPLES);
  migrate
    .command('up')
    .description('apply the missing migrations')
    .option('--to <migration>', 'name or number of the last one to apply')
    .option('--json', 'print JSON: {migrations}')
    .action((options: Options) => up(io, options));
  migrate
    .command('down')
    .description('take the newest migration back: what it holds is lost')
    .option('--count <n>', 'how many to take back', wholeNumber)
    .option('--to <migration>', 'name or number of the one that stays as the last')
    .option('--yes', 'do not ask at a terminal')
    .option('--json', 'print JSON: {migrations}')
    .action((options: Options) => down(io, options));
  migrate
    .command('status')
    .description('show which migrations are applied')
    .option('--json', 'print JSON: {migrations}')
    .action((options: Options) => status(io, options));
}

async function up(io: CliIo, { json, ...target }: Options): Promise<void> {
  const names = await withDatabase(io, (database) => migrateServerUp(database, target), {
    mayMake: true,
  });
  tell(io, json, 'applied', names);
}

/** Programs are not asked: a deployment that takes a step back has nobody to answer. */
async function down(io: CliIo, { json, yes, ...target }: Options): Promise<void> {
  const asks = isAttended(io) && !yes;
  const names = await withDatabase(io, (database) => {
    const confirm = (going: readonly string[]) => confirmDown(io, database, going);
    return migrateServerDown(database, { ...target, ...(asks ? { confirm } : {}) });
  });
  tell(io, json, 'taken back', names);
}

async function status(io: CliIo, { json }: Options): Promise<void> {
  const states = await withDatabase(io, (database) => serverMigrationStatus(database));
  if (json) io.out(`${JSON.stringify({ migrations: states.map(onWire) })}\n`);
  else io.out(table(['migration', 'applied'], states.map(toRow)));
}

function tell(io: CliIo, json: true | undefined, what: string, names: readonly string[]): void {
  if (json) io.out(`${JSON.stringify({ migrations: names })}\n`);
  else if (names.length === 0) io.out('Nothing to do.\n');
  else io.out(names.map((name) => `${what} ${name}\n`).join(''));
}

function onWire({ name, appliedAt, known }: MigrationState) {
  return { name, applied_at: appliedAt?.toISOString() ?? null, known };
}

function toRow({ name, appliedAt, known }: MigrationState): string[] {
  const note = known ? '' : ' (of a newer version)';
  return [name, (appliedAt?.toISOString() ?? '—') + note];
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number');
}
