import { ArgumentError, KeystampError } from 'keystamp';
import { HttpProblem } from './problem.js';

/** A reason not to start, in one line for people. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** Why the port could not be had. */
export function listenFailure(
  cause: unknown,
  { host, port }: { host: string; port: number },
): StartFailure {
  const { code, message } = cause as NodeJS.ErrnoException;
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const told =
    code === 'EADDRINUSE'
      ? `${place} is in use by another program: set KEYSTAMP_PORT to a free port`
      : `cannot listen on ${place}: ${message}`;
  return new StartFailure(told, { cause });
}

/** The line that says why a command failed; null: nobody foresaw it, and the stack is of use. */
export function explainFailure(error: unknown): string | null {
  if (error instanceof StartFailure || error instanceof ArgumentError) return error.message;
  if (error instanceof KeystampError || error instanceof HttpProblem) return error.message;
  const { code, message, path } = error as Partial<NodeJS.ErrnoException>;
  // SQLSTATE of a server that answers and refuses: role, password, database, privileges.
  if (code !== undefined && /^(28|3D|42501)/.test(code)) return `PostgreSQL says: ${message}`;
  // Of all files and folders only the database's is not our own.
  const isOfFolder = path !== undefined && message !== undefined;
  return isOfFolder
    ? `KEYSTAMP_DATA_DIR: expected a folder that can be made and written; ${message}`
    : null;
}
