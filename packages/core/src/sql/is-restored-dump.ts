import type { Executor } from '../database/database.js';

const text = `select 1 from keystamp.tracking where made_as operator(pg_catalog.<>) tableoid`;

/** Whether the tables were made by a dump that was restored, which nobody has booked. */
export async function isRestoredDump(executor: Executor): Promise<boolean> {
  return (await executor.query(text)).rows.length > 0;
}
