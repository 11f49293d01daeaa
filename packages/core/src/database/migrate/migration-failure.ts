import { KeystampError } from '../../errors.js';

interface PostgresError {
  readonly message: string;
  readonly code?: string;
  readonly severity?: string;
  /** The character of the text that was sent, from 1. PostgreSQL gives it for most faults of the SQL itself. */
  readonly position?: string;
  readonly hint?: string;
}

const LOCK_TIMEOUT = '55P03';
const LOCK_HINT = 'another transaction holds a lock on the table: find it in pg_stat_activity';

/**
 * The error to throw for one that PostgreSQL answered with: `migration_failed`, which begins with `where` and, where
 * PostgreSQL gives a place in `sql`, the line. Any other error, such as a lost connection, as it is.
 */
export function migrationFailure(cause: unknown, where: string, sql = ''): unknown {
  const error = cause as PostgresError;
  if (error.severity !== 'ERROR') return cause;
  const place = error.position === undefined ? '' : lineAt(sql, Number(error.position) - 1);
  const hint = error.code === LOCK_TIMEOUT ? LOCK_HINT : error.hint;
  const message = `${where}${place}: ${error.message}${hint === undefined ? '' : ` (${hint})`}`;
  return new KeystampError('migration_failed', message, { cause });
}

export function isLockTimeout(error: unknown): boolean {
  return ((error as Error).cause as PostgresError | undefined)?.code === LOCK_TIMEOUT;
}

/** `, line 6 (select nowhere)` */
function lineAt(sql: string, offset: number): string {
  const number = sql.slice(0, offset).split('\n').length;
  return `, line ${number} (${sql.split('\n')[number - 1]?.trim()})`;
}
