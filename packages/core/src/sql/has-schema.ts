import type { Executor } from '../database/database.js';

const text = `select pg_catalog.to_regnamespace('keystamp') is not null as found`;

/** Whether the schema is there, also if a database administrator made it empty for a role that may not create schemas. */
export async function hasSchema(executor: Executor): Promise<boolean> {
  const { rows } = await executor.query<{ found: boolean }>(text);
  return rows[0]?.found === true;
}
