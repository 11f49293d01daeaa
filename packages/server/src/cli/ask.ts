import { createInterface } from 'node:readline';
import type { Keystamp, UserApiKey } from 'keystamp';
import type { KeyEnding } from '../contract/consequence.js';
import type { UseRecord } from '../contract/relative-time.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { consequenceLine } from './key-wording.js';

/** Keys that a question shows. */
const MAX_SHOWN = 20;

/** Whether a person is there to be asked. A program that runs the command has nobody, and is not. */
export function isAttended({ stdin, errIsTerminal }: CliIo): boolean {
  return errIsTerminal && stdin.isTTY === true;
}

/** A question about keys: `verb` is as in "Revoke", `end` as in ", for good". */
export interface Question {
  readonly ending: KeyEnding;
  readonly verb: string;
  readonly end: string;
}

/** Asks once about all of the keys, and says of each what follows. */
export async function requireYesFor(
  io: CliIo,
  keystamp: Keystamp,
  keys: readonly UserApiKey[],
  record: UseRecord,
  { ending, verb, end }: Question,
): Promise<void> {
  if (keys.length === 0) return;
  for (const key of keys.slice(0, MAX_SHOWN)) {
    io.err(`  ${consequenceLine(ending, key, record, keystamp.now())}\n`);
  }
  if (keys.length > MAX_SHOWN) io.err(`  …and ${keys.length - MAX_SHOWN} more\n`);
  const them = keys.length === 1 ? 'this key' : `these ${keys.length} keys`;
  await requireYes(io, `${verb} ${them}${end}?`);
}

/** Asks at the terminal. Whatever is not a yes stops the command, also the end of the input. */
export async function requireYes(io: CliIo, question: string): Promise<void> {
  io.err(`${question} [y/N] `);
  if (/^\s*y(es)?\s*$/i.test(await readLine(io.stdin))) return;
  throw new CliFailure('nothing was changed');
}

async function readLine(input: NodeJS.ReadStream): Promise<string> {
  const lines = createInterface({ input });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
  }
}
