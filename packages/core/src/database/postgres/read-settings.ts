import type { Executor } from '../database.js';

const text = `select pg_catalog.current_setting('server_encoding') as server_encoding,
  pg_catalog.current_setting('datestyle') as datestyle,
  pg_catalog.current_setting('bytea_output') as bytea_output,
  pg_catalog.current_setting('extra_float_digits') as extra_float_digits`;

/** How the database stores text, and how a session writes values: each as PostgreSQL shows the setting. */
export interface SettingsRow {
  readonly server_encoding: string;
  readonly datestyle: string;
  readonly bytea_output: string;
  readonly extra_float_digits: string;
}

export async function readSettings(executor: Executor): Promise<SettingsRow> {
  const { rows } = await executor.query<SettingsRow>(text);
  return rows[0] as SettingsRow;
}
