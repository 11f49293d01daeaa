import { KeystampError } from './errors.js';

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
const AWAY_MESSAGES = /connection terminated|timeout exceeded|query read timeout|not queryable/i;

/** Whether an error says that the database cannot be reached or used right now. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return AWAY_MESSAGES.test(error.message);
  return AWAY_CODES.has(code) || AWAY_CLASSES.some((start) => code.startsWith(start));
}

/** A failure to reach or use the database by its stable code; any other as it is. */
export function asUnavailable(error: unknown): unknown {
  if (!isDatabaseAway(error)) return error;
  const message = `The database is out of reach: ${(error as Error).message}`;
  return new KeystampError('database_unavailable', message, { cause: error });
}
