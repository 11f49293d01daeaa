import { StartFailure } from '../config/start-failure.js';
import { passwordFault } from '../rules/credentials.js';
import { readSecret } from './read-secret.js';

const MISSING = 'no password: expected it as the first line of standard input';

export async function readPassword(
  input: NodeJS.ReadStream,
  prompt: (text: string) => void,
): Promise<string> {
  const password = await readSecret(input, prompt, 'Password: ');
  if (password === null) throw new StartFailure(MISSING);
  return password;
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
