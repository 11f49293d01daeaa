import type { Executor } from 'keystamp/database';
import { SESSION_IDLE_HOURS, SESSION_MAX_DAYS } from 'keystamp/rules';
import { toUser, type User, type UserRow, userColumns } from './user.js';

const text = `select s.id_hash, ${userColumns},
    s.seen_at < pg_catalog.now() - interval '5 minutes' as is_mark_old,
    u.is_active and s.seen_at > pg_catalog.now() - interval '${SESSION_IDLE_HOURS} hours'
      and s.created_at > pg_catalog.now() - interval '${SESSION_MAX_DAYS} days' as is_alive
  from keystamp.sessions s join keystamp.users u on u.id = s.user_id
  where s.id_hash = any($1::bytea[])`;

export interface UserSession {
  readonly user: User;
  /** False: the session is over, or its user is deactivated. */
  readonly isAlive: boolean;
  /** The time it was last seen at is to be written again: not on every request, which would be a write each. */
  readonly isMarkOld: boolean;
}

interface Row extends UserRow {
  readonly id_hash: Buffer;
  readonly is_alive: boolean;
  readonly is_mark_old: boolean;
}

/** The sessions of these hashes (base64), with their users as they are now. */
export async function findSessions(
  executor: Executor,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, UserSession>> {
  const ids = hashes.map((hash) => Buffer.from(hash, 'base64'));
  const { rows } = await executor.query<Row>(text, [ids]);
  return new Map(rows.map((row) => [Buffer.from(row.id_hash).toString('base64'), toSession(row)]));
}

function toSession(row: Row): UserSession {
  return { user: toUser(row), isAlive: row.is_alive, isMarkOld: row.is_mark_old };
}
