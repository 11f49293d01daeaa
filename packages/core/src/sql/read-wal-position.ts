import type { Executor } from '../database/database.js';

/** How far a server's log of changes (WAL) reaches. */
export interface WalPosition {
  /** Of the cluster; the same for its standbys, and for what is restored from its files. */
  readonly system: string;
  /** In bytes; what is flushed, and so survives a crash. It only grows, unless an older state is restored. */
  readonly bytes: number;
}

const text = `select (pg_catalog.pg_control_system()).system_identifier::text as system,
  pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), '0/0')::float8 as bytes`;

/** Throws on a standby. */
export async function readWalPosition(executor: Executor): Promise<WalPosition> {
  const { rows } = await executor.query<WalPosition>(text);
  const [row] = rows;
  if (row === undefined) throw new Error('The database did not report its WAL position.');
  return row;
}
