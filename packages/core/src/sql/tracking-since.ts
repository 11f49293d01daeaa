import type { Executor } from '../database/database.js';
import { clampTime } from './clamp-time.js';

const text = `select since from keystamp.tracking`;

/** When this database began to record uses. */
export async function trackingSince(executor: Executor): Promise<Date> {
  const { rows } = await executor.query<{ since: Date }>(text);
  const [row] = rows;
  if (row === undefined) throw new Error('keystamp.tracking has no row.');
  return clampTime(row.since);
}
