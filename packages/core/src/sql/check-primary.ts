import type { Executor } from '../database/database.js';
import { StandbyError } from '../database/standby.js';
import { type ClockRow, clockColumns } from './read-clock.js';

const text = `select ${clockColumns}, pg_catalog.pg_is_in_recovery() as in_recovery`;

/** The clock of a server that can be asked about keys. Throws where the server is a standby. */
export async function checkPrimary(executor: Executor): Promise<ClockRow> {
  const { rows } = await executor.query<{
    database_ms: number;
    server_ms: number;
    in_recovery: boolean;
  }>(text);
  const [row] = rows;
  if (row === undefined) throw new Error('The database did not return its time.');
  if (row.in_recovery) throw new StandbyError();
  return { databaseMs: row.database_ms, serverStartedMs: row.server_ms };
}
