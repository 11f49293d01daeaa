import { KeystampError } from '../errors.js';
import { isDriverError } from './postgres/driver-error.js';

/** Codes of a server that cannot be reached, is starting or stopping, is read-only, or has no room or time for a statement. */
const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '25006',
  '55P03',
  '57014',
]);
const AWAY_CLASSES = ['08', '53', '57P'];
/** node-postgres has no code for these. */
const AWAY_MESSAGES =
  /connection terminated|timeout exceeded|timeout expired|query read timeout|not queryable/i;

/** Whether an error says that the database cannot be reached or used right now. */
export function isDatabaseAway(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return AWAY_MESSAGES.test(error.message);
  return AWAY_CODES.has(code) || AWAY_CLASSES.some((start) => code.startsWith(start));
}

/** A failure of the database by its one stable code, with the driver's error as its `cause`; any other error as it is. */
export function asUnavailable(error: unknown): unknown {
  if (!isDatabaseAway(error) && !isDriverError(error)) return error;
  const message = `${whatFailed(error as Error)}: ${reasonOfFailure(error)}`;
  return new KeystampError('database_unavailable', message, { cause: error });
}

/** Whether PostgreSQL answered, and what it answered was a refusal: of a right, of a table that is missing. */
export function isRefusedStatement(error: unknown): error is Error & { code: string } {
  const { severity } = (error ?? {}) as { severity?: unknown };
  return isDriverError(error) && severity === 'ERROR' && !isDatabaseAway(error);
}

function whatFailed(error: Error): string {
  if (isDatabaseAway(error)) return 'The database is out of reach';
  return isRefusedStatement(error)
    ? 'The database refuses the statement'
    : 'The database is unavailable';
}

/** PostgreSQL's own words, but where they may quote a value. */
export function reasonOfFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'not an Error';
  const { code } = error as { code?: unknown };
  // Class 22: data exceptions.
  if (typeof code === 'string' && /^22...$/.test(code)) return `SQLSTATE ${code}`;
  // A name with several addresses fails with each of them, and no words of its own.
  const tries = error instanceof AggregateError ? (error.errors as Error[]) : [];
  return error.message || tries.map(({ message }) => message).join('; ') || String(code);
}
