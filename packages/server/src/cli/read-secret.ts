import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { textLines } from './text-lines.js';

/** The first line of standard input, and no further one; null: there is none. Arguments are visible to every process of the machine. */
export async function readSecret(
  input: NodeJS.ReadStream,
  prompt: (text: string) => void,
  question: string,
): Promise<string | null> {
  if (input.isTTY === true) return readTyped(input, prompt, question);
  for await (const line of textLines(input)) return line;
  return null;
}

/** What is typed is not shown. */
async function readTyped(
  input: NodeJS.ReadStream,
  prompt: (text: string) => void,
  question: string,
): Promise<string | null> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true });
  // Only now: before, the terminal would still show what is typed.
  prompt(question);
  try {
    for await (const line of lines) return line;
    return null;
  } finally {
    lines.close();
    prompt('\n');
  }
}
