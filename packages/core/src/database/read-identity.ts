import type { Executor } from './database.js';
import { asUnavailable } from './outage.js';

// Distributions add a word of their own to the number.
const text = `select pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as version,
  pg_catalog.current_database() as name`;

export interface IdentityRow {
  readonly version: string;
  readonly name: string;
}

/** The version of the server, and the name of the database on it. */
export async function readIdentity(executor: Executor): Promise<IdentityRow> {
  try {
    const { rows } = await executor.query<IdentityRow>(text);
    return rows[0] as IdentityRow;
  } catch (error) {
    throw asUnavailable(error);
  }
}
