import { readFile, stat } from 'node:fs/promises';
import { StartFailure } from '../config/start-failure.js';
import { CERT_FILE, CLIENT_CA_FILE, KEY_FILE, type TlsSettings } from '../config/tls-settings.js';

/** What stands in the files of the settings. */
export interface PemFiles {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | null;
}

/** Throws a `StartFailure` that names the variable whose file cannot be read. */
export async function readPemFiles(settings: TlsSettings): Promise<PemFiles> {
  const { certFile, keyFile, clientCaFile } = settings;
  return {
    cert: await read(CERT_FILE, certFile),
    key: await read(KEY_FILE, keyFile),
    clientCa: clientCaFile === null ? null : await read(CLIENT_CA_FILE, clientCaFile),
  };
}

async function read(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1');
  } catch (cause) {
    throw wrongFile(variable, file, 'a file that can be read', cause);
  }
}

/** `cause`: what says more; undefined: nothing does. */
export function wrongFile(variable: string, file: string, expected: string, cause?: unknown) {
  const more = cause instanceof Error ? `; ${cause.message}` : '';
  const line = `${variable}: got ${JSON.stringify(file)}, expected ${expected}${more}`;
  return new StartFailure(line, { cause });
}

/** Whether every user of the machine can read the key. Windows has no such bits. */
export async function isReadByEverybody({ keyFile }: TlsSettings): Promise<boolean> {
  if (process.platform === 'win32') return false;
  return ((await stat(keyFile)).mode & 0o004) !== 0;
}
