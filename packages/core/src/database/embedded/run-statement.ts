import type { PGlite, QueryOptions, Results } from '@electric-sql/pglite';
import type { QueryResult } from '../database.js';
import { parsedOids, parserOf } from '../postgres/column-types.js';
import { driverError } from '../postgres/driver-error.js';
import { parameterText } from './embedded-parameters.js';

/** Parameters are sent as text already; rows are parsed by the table that PostgreSQL's are parsed by. */
const asIs = (text: string) => text;
const options: QueryOptions = {
  parsers: Object.fromEntries(parsedOids.map((oid) => [oid, parserOf(oid)])),
  serializers: new Proxy({}, { get: () => asIs }),
};

/** One statement of a PGlite or of its transaction; without `params` also several in one text, of which the last one's result is the answer. */
export async function runStatement<R>(
  statements: Pick<PGlite, 'query' | 'exec'>,
  text: string,
  params: readonly unknown[] | undefined,
): Promise<QueryResult<R>> {
  try {
    if (params === undefined) return resultOf<R>((await statements.exec(text, options)).at(-1));
    return resultOf<R>(await statements.query(text, params.map(parameterText), options));
  } catch (error) {
    throw driverError(error);
  }
}

function resultOf<R>(results: Results | undefined): QueryResult<R> {
  return { rows: (results?.rows ?? []) as R[], rowCount: results?.rowCount ?? null };
}
