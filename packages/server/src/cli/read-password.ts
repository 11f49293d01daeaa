import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { passwordFault } from '../credentials.js';
import { StartFailure } from '../start-failure.js';

/** The first line of standard input, and no further one: arguments are visible to every process of the machine. Typed, it is not shown. */
export async function readPassword(
  input: NodeJS.ReadStream,
  prompt: (text: string) => void,
): Promise<string> {
  const typed = input.isTTY === true;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: typed });
  // Only now: before, the terminal would still show what is typed.
  if (typed) prompt('Password: ');
  try {
    for await (const line of lines) return line;
    throw new StartFailure('no password: expected it as the first line of standard input');
  } finally {
    lines.close();
    if (typed) prompt('\n');
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
