import type { Executor } from '../database/database.js';
import { byActor } from './actor.js';
import { type ChangedKey, type ChangedRow, toChangedKey } from './changed-key.js';
import { keyColumns } from './key-columns.js';

export interface KeyUpdate {
  readonly id: string;
  readonly userId: string | null;
  /** Undefined: it stays. */
  readonly name: string | undefined;
  readonly scopes: readonly string[] | undefined;
  readonly expiresAt: Date | null | undefined;
  readonly note: string | null | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  /** The user to whom the key moves. */
  readonly newUserId: string | undefined;
}

// Only what is given is set. A revoked key takes a note and metadata alone; it matches no row else, and neither does a scoped
// key that would lose its last scope.
const text = `with k as (
  update keystamp.api_keys k set
    name = coalesce($3::text, k.name),
    scopes = coalesce($4::text[], k.scopes),
    expires_at = case when $5::boolean then $6::timestamptz else k.expires_at end,
    note = case when $7::boolean then $8::text else k.note end,
    metadata = coalesce($9::jsonb, k.metadata),
    user_id = coalesce($10::text, k.user_id)
  where k.id = $1 and ($2::text is null or k.user_id = $2)
    and (k.revoked_at is null or coalesce($3, $10) is null and $4::text[] is null and not $5::boolean)
    and ${byActor('$11')}
    and not (pg_catalog.cardinality(k.scopes) > 0 and coalesce(pg_catalog.cardinality($4::text[]), 1) = 0)
  returning *
)
select ${keyColumns}, keystamp.bucket_of(k.key_hash) as key_bucket
from k join keystamp.users u on u.id = k.user_id`;

/** Null: nothing matched. */
export async function updateKey(
  executor: Executor,
  update: KeyUpdate,
  actor: string,
): Promise<ChangedKey | null> {
  const { rows } = await executor.query<ChangedRow>(text, [
    update.id,
    update.userId,
    update.name ?? null,
    update.scopes ?? null,
    update.expiresAt !== undefined,
    update.expiresAt ?? null,
    update.note !== undefined,
    update.note ?? null,
    update.metadata === undefined ? null : JSON.stringify(update.metadata),
    update.newUserId ?? null,
    actor,
  ]);
  return rows[0] === undefined ? null : toChangedKey(rows[0]);
}
