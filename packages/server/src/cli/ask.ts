import { createInterface } from 'node:readline';
import { CliFailure, type CliIo } from './cli-io.js';

/** Whether a person is there to be asked. A program that runs the command has nobody, and is not. */
export function isAttended({ stdin, errIsTerminal }: CliIo): boolean {
  return errIsTerminal && stdin.isTTY === true;
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
