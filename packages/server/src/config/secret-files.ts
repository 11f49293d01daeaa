import { readFileSync } from 'node:fs';
import { fileVariable, SECRETS } from './settings.js';
import { type Environment, WrongVariable, wrong } from './wrong-variable.js';

/** A URL of a database or a password is far shorter: this is another file. */
const MAX_BYTES = 65_536;

/** Its value is never shown: a secret that was meant for the variable beside it may stand there. */
const EXPECTED = 'the path of a file that holds the secret alone';

/** What the failures of reading mean. Others are named by their code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no file of that name',
  EACCES: 'this user may not read it',
  EISDIR: 'that is a folder',
};

/**
 * The environment, with each secret read from its file where a variable like `DATABASE_URL_FILE` names one, as container
 * platforms hand secrets over. `errors` has a line for each file that cannot be used.
 */
export function withSecretsFromFiles(given: Environment): {
  readonly env: Environment;
  readonly errors: readonly string[];
} {
  const env: Record<string, string | undefined> = { ...given };
  const errors: string[] = [];
  for (const name of SECRETS.filter((each) => given[fileVariable(each)] !== undefined)) {
    try {
      env[name] = secretOf(given, name);
    } catch (error) {
      if (!(error instanceof WrongVariable)) throw error;
      errors.push(error.message);
    }
  }
  return { env, errors };
}

function secretOf(given: Environment, name: string): string {
  const variable = fileVariable(name);
  const path = given[variable];
  if (given[name]) {
    throw new WrongVariable(`${variable}: set beside ${name}, expected only one of the two`);
  }
  if (!path) throw new WrongVariable(`${variable}: set, but empty; expected ${EXPECTED}`);
  const text = textOf(variable, path).replace(/(\r?\n)+$/, '');
  if (text === '') throw wrong(variable, null, `${EXPECTED}; the file is empty`);
  if (/[\r\n\0]/.test(text)) throw wrong(variable, null, `${EXPECTED}; it has several lines`);
  return text;
}

function textOf(variable: string, path: string): string {
  const bytes = bytesOf(variable, path);
  if (bytes.length > MAX_BYTES) {
    throw wrong(variable, null, `${EXPECTED}; it is larger than ${MAX_BYTES} bytes`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw wrong(variable, null, `${EXPECTED}; it is not UTF-8`);
  }
}

function bytesOf(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw wrong(variable, null, `${EXPECTED}; ${REASONS[code] ?? `it cannot be read (${code})`}`);
  }
}
