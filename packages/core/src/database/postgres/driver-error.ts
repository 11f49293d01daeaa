/** The fields of a driver's error that repeat data: parameters, and rows that broke a constraint. */
interface DataFields {
  code?: unknown;
  detail?: unknown;
  where?: unknown;
  query?: unknown;
  params?: unknown;
  queryOptions?: unknown;
}

/** What a driver threw, whatever it looks like: TLS, SCRAM and a pool that was ended have no code. */
const thrown = new WeakSet<object>();

/**
 * A driver's error, known as one from now on, without data, for it may end in a log: PGlite adds the statement and its
 * parameters, PostgreSQL the row that broke a constraint, and either may be a hash. Code, message, position and the
 * constraint's name stay.
 */
export function driverError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  thrown.add(error);
  const fields = error as DataFields;
  delete fields.query;
  delete fields.params;
  delete fields.queryOptions;
  // Class 23: integrity constraint violations.
  if (typeof fields.code === 'string' && fields.code.startsWith('23')) {
    delete fields.detail;
    delete fields.where;
  }
  return error;
}

/** Whether a driver threw it. One of another copy of this module is known by its SQLSTATE. */
export function isDriverError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return thrown.has(error) || (typeof severity === 'string' && typeof code === 'string');
}
