import type { Executor } from '../database/database.js';
import { clockColumns } from './read-clock.js';

export interface ProofOfHearing {
  readonly databaseMs: number;
  readonly serverStartedMs: number;
  /** Whether the very session that answers listens on the channel. */
  readonly listens: boolean;
  /** Its number. */
  readonly backendPid: number;
  /** A standby passes no notifications on. */
  readonly inRecovery: boolean;
}

const text = `select ${clockColumns}, pg_is_in_recovery() as in_recovery, pg_backend_pid() as pid,
  exists (select from pg_listening_channels() as channel where channel = $1) as listens`;

export async function checkHearing(executor: Executor, channel: string): Promise<ProofOfHearing> {
  const { rows } = await executor.query<{
    database_ms: number;
    server_ms: number;
    in_recovery: boolean;
    listens: boolean;
    pid: number;
  }>(text, [channel]);
  const [row] = rows;
  if (row === undefined) throw new Error('The database did not answer the heartbeat.');
  return {
    databaseMs: row.database_ms,
    serverStartedMs: row.server_ms,
    listens: row.listens,
    backendPid: row.pid,
    inRecovery: row.in_recovery,
  };
}
