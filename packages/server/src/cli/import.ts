import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { ArgumentError, type ImportApiKeyInput, type Keystamp } from 'keystamp';
import { requireAdminsKey } from '../routes/api-keys/introspect-grant.js';
import { Refusal } from '../rules/refusal.js';
import { snakeCase } from '../rules/snake-case.js';
import { byAccount } from './account.js';
import { auditFromCli } from './audit-from-cli.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { parseImportLine } from './import-line.js';
import { textLines, WrongLine } from './text-lines.js';
import { withKeystamp } from './with-keystamp.js';

const HELP = `
Each line is a JSON object, in UTF-8:
  key_hash      SHA-256 of the whole key, 64 hexadecimal digits
  user_id       whose key it is
  name          what it is for
  key_prefix, scopes, created_at, expires_at, last_used_at    may be left out

Keys of any shape up to 512 characters go on working. A key that is there already is left alone, so
an import that stopped half-way can be run again.

Examples:
  $ keystamp import keys.jsonl
  $ some-export | keystamp import -`;

const BATCH = 1000;

interface Line {
  readonly number: number;
  readonly key: ImportApiKeyInput;
}

interface Outcome {
  imported: number;
  exists: number;
}

/** `keystamp import` */
export function addImport(program: Command, io: CliIo): void {
  program
    .command('import')
    .description('take over keys that were made elsewhere, by their hashes')
    .argument('<file>', 'JSON lines; - reads standard input')
    .option('--json', 'print JSON: {imported, exists}')
    .addHelpText('after', HELP)
    .action((file: string, options: { json?: true }) => importFile(io, file, options.json));
}

async function importFile(io: CliIo, file: string, json: true | undefined): Promise<void> {
  const outcome: Outcome = { imported: 0, exists: 0 };
  try {
    await withKeystamp(io, async (keystamp, log) => {
      for await (const batch of batchesOf(io, file)) {
        const { imported, exists } = await importBatch(keystamp, batch);
        outcome.imported += imported;
        outcome.exists += exists;
        // At once, not at the end: what is imported stays when a later line stops the rest.
        if (imported > 0) auditFromCli(log, 'API keys imported', { imported, ...linesIn(batch) });
      }
    });
  } catch (error) {
    throw error instanceof WrongLine ? stoppedAt(error, outcome) : error;
  }
  if (json) io.out(`${JSON.stringify(outcome)}\n`);
  else io.out(`imported ${outcome.imported}, there already ${outcome.exists}\n`);
}

async function importBatch(keystamp: Keystamp, batch: Line[]): Promise<Outcome> {
  await requireAdmins(keystamp, batch);
  try {
    const outcomes = await keystamp.importApiKeys(
      batch.map(({ key }) => key),
      byAccount(),
    );
    const imported = outcomes.filter((each) => each === 'imported').length;
    return { imported, exists: outcomes.length - imported };
  } catch (error) {
    throw error instanceof ArgumentError ? wrongLine(error, batch) : error;
  }
}

/** As where a key is made: a scope that administrators alone may have would never act in another's key. */
async function requireAdmins({ database }: Keystamp, batch: readonly Line[]): Promise<void> {
  for (const { number, key } of batch) {
    const { userId, scopes } = key;
    // What else is wrong with the line, the core says.
    if (!Array.isArray(scopes) || typeof userId !== 'string') continue;
    await requireAdminsKey(database, userId, scopes).catch((error: unknown) => {
      throw error instanceof Refusal ? new WrongLine(number, error.message) : error;
    });
  }
}

/** Where in the file to look for the keys of an audit line. */
function linesIn(batch: readonly Line[]) {
  return { fromLine: batch[0]?.number, toLine: batch.at(-1)?.number };
}

/** The core names `keys[3].expiresAt`; people need the line of the file. */
function wrongLine({ field, expected }: ArgumentError, batch: readonly Line[]): WrongLine {
  const [, index = '0', name = field] = /^keys\[(\d+)\]\.(.*)$/.exec(field) ?? [];
  const number = batch[Number(index)]?.number ?? 0;
  return new WrongLine(number, `${snakeCase(name)}: expected ${expected}`);
}

function stoppedAt(error: WrongLine, { imported }: Outcome): CliFailure {
  return new CliFailure(`${error.message}; ${imported} keys before it are imported`);
}

async function* batchesOf(io: CliIo, file: string): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let number = 0;
  for await (const text of linesOf(io, file)) {
    number += 1;
    if (text.trim() === '') continue;
    batch.push({ number, key: parseImportLine(text, number) });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* linesOf(io: CliIo, file: string): AsyncGenerator<string> {
  try {
    yield* textLines(file === '-' ? io.stdin : createReadStream(file));
  } catch (error) {
    if (error instanceof WrongLine) throw error;
    throw new CliFailure(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
