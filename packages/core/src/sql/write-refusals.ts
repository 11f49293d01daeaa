import type { Executor } from '../database/database.js';
import type { RefusedUse } from '../model/key-event.js';

/** A key that was presented although it may not act. */
export interface RefusedKey extends RefusedUse {
  readonly keyId: string;
  readonly userId: string;
  readonly name: string;
  readonly keyPrefix: string;
  /** When, by the database's clock in epoch ms. */
  readonly atMs: number;
  /** The history has one row for each key and slot, whichever instance writes it. */
  readonly slot: string;
}

// In the order of the unique index, so that two instances never deadlock. Nothing is after the database's own now.
const text = `insert into keystamp.key_events (key_id, user_id, at, kind, actor, detail, slot)
select r.key_id, r.user_id, least(pg_catalog.clock_timestamp(), pg_catalog.to_timestamp(r.at_ms / 1000::float8)), 'refused',
  pg_catalog.jsonb_build_object('kind', 'key'::text, 'user_id', r.user_id, 'key_id', r.key_id, 'name', null::text),
  pg_catalog.jsonb_build_object('name', r.name, 'key_prefix', r.key_prefix, 'reason', r.reason, 'route', r.route, 'network', r.network),
  r.slot
from pg_catalog.jsonb_to_recordset($1::jsonb) as r (
  key_id uuid, user_id text, name text, key_prefix text, reason text, route text, network text, at_ms float8, slot text
)
order by r.key_id, r.slot
on conflict (key_id, slot) where slot is not null do nothing`;

/** Adds a row to the history for each of them, unless this or another instance has written it. */
export async function writeRefusals(
  executor: Executor,
  refused: readonly RefusedKey[],
): Promise<void> {
  const rows = refused.map(({ keyId, userId, keyPrefix, atMs, ...rest }) => ({
    key_id: keyId,
    user_id: userId,
    key_prefix: keyPrefix,
    at_ms: atMs,
    ...rest,
  }));
  await executor.query(text, [JSON.stringify(rows)]);
}
