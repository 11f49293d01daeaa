import { ArgumentError } from '../../errors.js';
import type { Database } from '../database.js';
import { readSettings, type SettingsRow } from './read-settings.js';

/**
 * What a connection of our own sets, because it changes what statements mean or how values are written, whatever the role or the
 * database sets. Nothing that another role puts into `public` is found.
 */
export const OWN_SETTINGS = [
  'set search_path = pg_catalog, pg_temp',
  "set datestyle = 'ISO, MDY'",
  "set intervalstyle = 'postgres'",
  "set bytea_output = 'hex'",
  'set extra_float_digits = 1',
  "set default_transaction_isolation = 'read committed'",
].join('; ');

/** The same for statements in a transaction of a caller, whose isolation has been chosen. */
export const OWN_VALUES: Readonly<Record<string, string>> = {
  search_path: 'pg_catalog, pg_temp',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
};

type Setting = Exclude<keyof SettingsRow, 'server_encoding'>;

/** What the connections of a pool that was handed in, or of a pooler, must have: nothing is set on those. */
const NEEDED: Readonly<Record<Setting, { value: string; isMet: (value: string) => boolean }>> = {
  datestyle: { value: 'ISO', isMet: (value) => value.startsWith('ISO') },
  bytea_output: { value: 'hex', isMet: (value) => value === 'hex' },
  extra_float_digits: { value: '1', isMet: (value) => Number(value) >= 1 },
};

/**
 * Throws `ArgumentError` where the database cannot hold every text, or where values would be written in a form that is not
 * read. Nothing is changed before.
 */
export async function requireSettings(database: Database): Promise<void> {
  const settings = await readSettings(database);
  const encoding = settings.server_encoding;
  if (encoding !== 'UTF8') {
    throw new ArgumentError(
      'database',
      `a database with the encoding UTF8, as "createdb -E UTF8 -T template0" makes it; this one has ${encoding}`,
    );
  }
  for (const [name, { value, isMet }] of Object.entries(NEEDED)) {
    const found = settings[name as Setting];
    if (isMet(found)) continue;
    throw new ArgumentError(
      'database',
      `connections with ${name} = ${value}; these have ${JSON.stringify(found)}: change it with "alter role … set ${name} = ${value}"`,
    );
  }
}
