import type { Executor } from '../database/database.js';

/** A backup that was restored. Uses between the two times may be missing. */
export interface RestoredBackup {
  readonly backupAt: Date;
  readonly restoredAt: Date;
}

const text = `update keystamp.tracking
set backup_at = $1, restored_at = pg_catalog.clock_timestamp(), made_as = tableoid
returning backup_at, restored_at`;

/** Books that a backup of that time was restored, up to now. */
export async function bookRestore(executor: Executor, backupAt: Date): Promise<RestoredBackup> {
  const { rows } = await executor.query<{ backup_at: Date; restored_at: Date }>(text, [backupAt]);
  const [row] = rows;
  if (row === undefined) throw new Error('keystamp.tracking has no row.');
  return { backupAt: row.backup_at, restoredAt: row.restored_at };
}
