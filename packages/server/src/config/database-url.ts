import { POSTGRES_URL_EXPECTED, readPostgresUrl } from 'keystamp/rules';
import { type Environment, wrong } from './wrong-variable.js';

/** Null: not set. A URL of a database may hold a password, so that what came is never shown. */
export function postgresUrl(env: Environment, name: string): string | null {
  const text = env[name];
  if (!text) return null;
  const read = readPostgresUrl(text);
  if (read.ok) return text;
  throw wrong(name, null, `${POSTGRES_URL_EXPECTED}; ${read.fault}`);
}
