import { createInterface } from 'node:readline';
import type { Keystamp, UserApiKey } from 'keystamp';
import type { UseRecord } from '../contract/relative-time.js';
import { CliFailure, type CliIo } from './cli-io.js';
import { keyName, lastUseOf } from './key-wording.js';

/** A key whose last use is older than this many days is stopped without a question. */
const IN_USE_FOR_DAYS = 35;

/** Keys that a question shows. */
const MAX_SHOWN = 20;

/** Whether a person is there to be asked. A program that runs the command has nobody, and is not. */
export function isAttended({ stdin, errIsTerminal }: CliIo): boolean {
  return errIsTerminal && stdin.isTTY === true;
}

/** Whether something may stop working with the key: it was used lately, or no use of it is recorded. */
export function mayBeInUse({ lastUsedAt }: UserApiKey, { restoredAt }: UseRecord, now: Date) {
  if (lastUsedAt === null) return true;
  const latest = Math.max(lastUsedAt.getTime(), restoredAt?.getTime() ?? 0);
  return now.getTime() - latest < IN_USE_FOR_DAYS * 24 * 60 * 60 * 1000;
}

/** Asks once about all of the keys, with the last use of each. `action` is as in "Revoke", `end` as in ", for good". */
export async function requireYesFor(
  io: CliIo,
  keystamp: Keystamp,
  keys: readonly UserApiKey[],
  record: UseRecord,
  { action, end }: { readonly action: string; readonly end: string },
): Promise<void> {
  const [first, ...others] = keys.map(
    (key) => `${keyName(key)} (${lastUseOf(key, record, keystamp.now())})`,
  );
  if (first === undefined) return;
  if (others.length === 0) return requireYes(io, `${action} ${first}${end}?`);
  const lines = [first, ...others];
  for (const line of lines.slice(0, MAX_SHOWN)) io.err(`  ${line}\n`);
  if (lines.length > MAX_SHOWN) io.err(`  …and ${lines.length - MAX_SHOWN} more\n`);
  await requireYes(io, `${action} these ${keys.length} keys${end}?`);
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
