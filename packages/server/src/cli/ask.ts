import { createInterface } from 'node:readline';
import type { Keystamp, UserApiKey } from 'keystamp';
import type { KeyEnding } from '../contract/consequence.js';
import type { UseRecord } from '../contract/relative-time.js';
import { MANY_KEYS, USE_AGES, type UseAge, useAgeOf } from '../contract/use-age.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { consequenceLine } from './key-wording.js';

/** Keys that a question shows. Of more it says how many of them are in use. */
const MAX_SHOWN = 20;

/** Whether a person is there to be asked. A program that runs the command has nobody, and is not. */
export function isAttended({ stdin, errIsTerminal }: CliIo): boolean {
  return errIsTerminal && stdin.isTTY === true;
}

const NOT_SURE =
  'Not sure? "keystamp disable" stops a key too, and "keystamp enable" takes that back.';

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
  const now = keystamp.now();
  for (const key of keys.slice(0, MAX_SHOWN)) {
    io.err(`  ${consequenceLine(ending, key, record, now)}\n`);
  }
  if (keys.length > MAX_SHOWN) {
    io.err(`  …and ${keys.length - MAX_SHOWN} more. Of all: ${countsOf(keys, record, now)}\n`);
  }
  const mayBeDisabled = keys.some(({ status }) => status === 'active');
  if (mayBeDisabled && (ending === 'revoke' || ending === 'delete')) io.err(`${NOT_SURE}\n`);
  const them = keys.length === 1 ? 'this key' : `these ${keys.length} keys`;
  const question = `${verb} ${them}${end}?`;
  if (keys.length < MANY_KEYS) return requireYes(io, question);
  await requireText(io, `${question} Type the number of keys to go on:`, String(keys.length));
}

const AGES: Readonly<Record<UseAge, string>> = {
  today: 'used within 24 hours',
  month: 'used within 35 days',
  year: 'used within a year',
  older: 'not used for over a year',
  none: 'without a recorded use',
  unknown: 'with a last use that cannot be read',
};

function countsOf(keys: readonly UserApiKey[], { restoredAt }: UseRecord, now: Date): string {
  const working = keys.filter(({ status }) => status === 'active');
  const ages = working.map(({ lastUsedAt }) => useAgeOf({ lastUsedAt, restoredAt }, now));
  const refused = keys.length - working.length;
  return [
    ...USE_AGES.map((age) => [ages.filter((each) => each === age).length, AGES[age]] as const),
    [refused, 'refused already'] as const,
  ]
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(', ');
}

/** Asks at the terminal. Whatever is not a yes stops the command, also the end of the input. */
export async function requireYes(io: CliIo, question: string): Promise<void> {
  io.err(`${question} [y/N] `);
  if (/^\s*y(es)?\s*$/i.test(await readLine(io.stdin))) return;
  throw new CliFailure('nothing was changed');
}

/** The same where a yes is too little. */
async function requireText(io: CliIo, question: string, expected: string): Promise<void> {
  io.err(`${question} `);
  if ((await readLine(io.stdin)).trim() === expected) return;
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
