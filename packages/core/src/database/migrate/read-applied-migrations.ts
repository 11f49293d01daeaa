import type { Executor } from '../database.js';

// The column is a timestamp without a zone, written in the session's zone.
const text = `select name, run_on at time zone pg_catalog.current_setting('timezone') as applied_at
    from keystamp.migrations
   order by id`;

/** The migrations that the database has, by name, with the time of each. Empty where none ever ran. */
export async function readAppliedMigrations(executor: Executor): Promise<Map<string, Date>> {
  try {
    const { rows } = await executor.query<{ name: string; applied_at: Date }>(text);
    return new Map(rows.map((row) => [row.name, row.applied_at]));
  } catch (error) {
    if (isMissing(error as { code?: unknown })) return new Map();
    throw error;
  }
}

/** undefined_table, invalid_schema_name */
function isMissing({ code }: { code?: unknown }): boolean {
  return code === '42P01' || code === '3F000';
}
