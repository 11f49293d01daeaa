import type { Executor } from '../database/database.js';
import { clampTime } from './clamp-time.js';

/** Since when this database records uses, and the restored backup that made a gap in it. */
export interface TrackingTimes {
  /** From then on each use is recorded: the begin of the recording, or the last restore. */
  readonly since: Date;
  /** Null: no restore is booked. A last use before it may have been followed by others. */
  readonly restoredAt: Date | null;
}

// The greatest of what is not null.
const text = `select greatest(since, restored_at) as since, restored_at from keystamp.tracking`;

export async function trackingTimes(executor: Executor): Promise<TrackingTimes> {
  const { rows } = await executor.query<{ since: Date; restored_at: Date | null }>(text);
  const [row] = rows;
  if (row === undefined) throw new Error('keystamp.tracking has no row.');
  return { since: clampTime(row.since), restoredAt: row.restored_at && clampTime(row.restored_at) };
}
