import type { Executor } from 'keystamp';
import { type UserRow, userColumns } from './user-row.js';

const text = `select ${userColumns}, s.seen_at < pg_catalog.now() - interval '5 minutes' as is_mark_old
  from keystamp.sessions s join keystamp.users u on u.id = s.user_id
  where s.id_hash = $1 and u.is_active
    and s.seen_at > pg_catalog.now() - interval '12 hours' and s.created_at > pg_catalog.now() - interval '7 days'`;

export interface SessionRow extends UserRow {
  /** The time it was last seen at is to be written again: not on every request, which would be a write each. */
  readonly is_mark_old: boolean;
}

/** The user of a living session, as the user is now; null: no such session, over, or the user is deactivated. */
export async function findSession(executor: Executor, idHash: Buffer): Promise<SessionRow | null> {
  const { rows } = await executor.query<SessionRow>(text, [idHash]);
  return rows[0] ?? null;
}
