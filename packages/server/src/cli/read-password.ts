import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { StartFailure } from '../config/start-failure.js';
import { passwordFault } from '../rules/credentials.js';
import { textLines } from './text-lines.js';

const MISSING = 'no password: expected it as the first line of standard input';

/** The first line of standard input, and no further one: arguments are visible to every process of the machine. */
export async function readPassword(
  input: NodeJS.ReadStream,
  prompt: (text: string) => void,
): Promise<string> {
  if (input.isTTY === true) return readTyped(input, prompt);
  for await (const line of textLines(input)) return line;
  throw new StartFailure(MISSING);
}

/** What is typed is not shown. */
async function readTyped(
  input: NodeJS.ReadStream,
  prompt: (text: string) => void,
): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true });
  // Only now: before, the terminal would still show what is typed.
  prompt('Password: ');
  try {
    for await (const line of lines) return line;
    throw new StartFailure(MISSING);
  } finally {
    lines.close();
    prompt('\n');
  }
}

/** The same, checked by the rule for passwords that are set. */
export async function readNewPassword(
  input: NodeJS.ReadStream,
  prompt: (text: string) => void,
  email: string | null,
): Promise<string> {
  const password = await readPassword(input, prompt);
  const fault = passwordFault(password, email);
  if (fault !== null) throw new StartFailure(`password: ${fault}`);
  return password;
}
