import type { Executor } from '../database/database.js';

export interface ClockRow {
  readonly databaseMs: number;
  readonly serverStartedMs: number;
}

/** The fragment that every statement which also reads the clock shares. */
export const clockColumns = `(extract(epoch from pg_catalog.clock_timestamp()) * 1000::numeric)::float8 as database_ms,
  (extract(epoch from pg_catalog.pg_postmaster_start_time()) * 1000::numeric)::float8 as server_ms`;

const text = `select ${clockColumns}`;

export async function readClock(executor: Executor): Promise<ClockRow> {
  const { rows } = await executor.query<{ database_ms: number; server_ms: number }>(text);
  const [row] = rows;
  if (row === undefined) throw new Error('The database did not return its time.');
  return { databaseMs: row.database_ms, serverStartedMs: row.server_ms };
}
