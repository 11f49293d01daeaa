import { ArgumentError, KeystampError } from 'keystamp';
import { HttpProblem } from './problem.js';

/** A reason not to start, in one line for people. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** The line that says why a command failed; null: nobody foresaw it, and the stack is of use. */
export function explainFailure(error: unknown): string | null {
  if (error instanceof StartFailure || error instanceof ArgumentError) return error.message;
  if (error instanceof KeystampError || error instanceof HttpProblem) return error.message;
  const { code, message, address, port } = error as Partial<NodeJS.ErrnoException> & {
    address?: string;
    port?: number;
  };
  if (code === 'EADDRINUSE') {
    return `${address}:${port} is in use by another program: set KEYSTAMP_PORT to a free port`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') {
    return `cannot listen: ${message}`;
  }
  // SQLSTATE of a server that answers and refuses: role, password, database, privileges.
  if (code !== undefined && /^(28|3D|42501)/.test(code)) return `PostgreSQL says: ${message}`;
  return null;
}
