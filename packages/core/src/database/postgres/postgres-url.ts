import { ArgumentError } from '../../errors.js';
import { POSTGRES_URL_EXPECTED, type PostgresUrl, readPostgresUrl } from '../../rules/index.js';

/**
 * The parts of a PostgreSQL URL. `field` is the argument that held it. Throws `ArgumentError` that names the part which is wrong.
 * The message never repeats the URL, which may hold a password; nor is there a `cause`, whose text might.
 */
export function checkPostgresUrl(field: string, url: unknown): PostgresUrl {
  if (typeof url !== 'string') throw new ArgumentError(field, POSTGRES_URL_EXPECTED);
  const read = readPostgresUrl(url);
  if (read.ok) return read.url;
  throw new ArgumentError(field, `${POSTGRES_URL_EXPECTED}; ${read.fault}`);
}
