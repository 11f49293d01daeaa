import { CommanderError } from 'commander';
import { ArgumentError } from 'keystamp';
import { detailOf, Refusal } from '../rules/refusal.js';
import { snakeCase } from '../rules/snake-case.js';
import { explainFailure } from '../start/explain-failure.js';
import { outageReasonOf } from '../start/outage-reason.js';
import { CliFailure, type CliIo, EXIT, UsageError } from './cli-io.js';
import { createProgram } from './program.js';
import { OutputFailure } from './standard-output.js';

/** Runs one command and gives the exit code: 0 done, 1 failed, 2 wrong command line. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  try {
    const code = await run(args, io);
    await io.written();
    return code;
  } catch (error) {
    // The reader may have seen enough, as in `keystamp list | head`.
    if (error instanceof OutputFailure && error.code === 'EPIPE') return EXIT.ok;
    const line = explain(error);
    if (line === null) throw error;
    io.err(`keystamp: ${line}\n`);
    return isWrongArgument(error) ? EXIT.usage : EXIT.failed;
  }
}

/** `npx @keystamp/server` starts the product. */
const WITHOUT_COMMAND = 'serve';

async function run(args: readonly string[], io: CliIo): Promise<number> {
  try {
    await createProgram(io).parseAsync(args.length === 0 ? [WITHOUT_COMMAND] : args, {
      from: 'user',
    });
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has said it already; asking for help is no error.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

function isWrongArgument(error: unknown): boolean {
  if (error instanceof Refusal) return error.code === 'invalid';
  return error instanceof UsageError || error instanceof ArgumentError;
}

function explain(error: unknown): string | null {
  if (error instanceof CliFailure || error instanceof OutputFailure) return error.message;
  if (error instanceof Refusal) return ofRefusal(error);
  if (error instanceof ArgumentError) {
    // Null is a value of the library; here an option is left out.
    return `${asTyped(error.field)}: expected ${error.expected.replace(/, or null$/, '')}`;
  }
  const outage = outageReasonOf(error);
  if (outage !== null) return `the database is out of reach: ${outage.reason}`;
  return explainFailure(error);
}

function ofRefusal({ message, fields }: Refusal): string {
  if (fields.length === 0) return message;
  return detailOf(fields.map((each) => ({ ...each, field: asTyped(each.field) })));
}

/** The library's names of what people give by options. */
const OPTIONS: Readonly<Record<string, string>> = {
  userId: '--user',
  name: '--name',
  beginning: 'id',
  note: '--note',
  metadata: '--metadata',
  scope: '--scope',
  scopes: '--scope',
  expiresAt: '--expires',
  backupAt: '--at',
  q: '--search',
  to: '--to',
  count: '--count',
};

/** A wrong argument as it is given on the command line: `scopes[2]` is `--scope`, `metadata.team` is `--metadata`. */
function asTyped(field: string): string {
  const [name = field] = field.split(/[[.]/);
  return OPTIONS[name] ?? snakeCase(field);
}
