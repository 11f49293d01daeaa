/** The fields of a driver's error that repeat data: parameters, and rows that broke a constraint. */
interface DataFields {
  code?: unknown;
  detail?: unknown;
  where?: unknown;
  query?: unknown;
  params?: unknown;
  queryOptions?: unknown;
}

/**
 * Takes the data out of a driver's error, which may end in a log: PGlite adds the statement and its
 * parameters, PostgreSQL the row that broke a constraint, and either may be a hash. Code, message, position and the
 * constraint's name stay.
 */
export function withoutData(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
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
