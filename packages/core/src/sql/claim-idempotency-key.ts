import type { Executor } from '../database/database.js';

/** A request that may make a key, as SHA-256 of its name and of what it says. */
export interface RequestHashes {
  readonly value: Uint8Array;
  readonly content: Uint8Array;
}

/** An earlier request of the same value. */
export interface EarlierRequest {
  readonly content: Uint8Array;
  /** The key that it made. */
  readonly keyId: string;
}

// Waits for another transaction that claims the same value. A row that is over a day old, or that made no key, counts as absent.
const claim = `insert into keystamp.idempotency_keys as i (value_hash, content_hash) values ($1, $2)
on conflict (value_hash) do update set content_hash = excluded.content_hash, key_id = null, created_at = pg_catalog.now()
where i.created_at < pg_catalog.now() - interval '24 hours' or i.key_id is null`;

const find = `select content_hash, key_id from keystamp.idempotency_keys where value_hash = $1`;

/**
 * Claims the value for the request until the transaction ends. Null: it is claimed, and the caller makes the key.
 * Else the earlier request that has it.
 */
export async function claimIdempotencyKey(
  executor: Executor,
  { value, content }: RequestHashes,
): Promise<EarlierRequest | null> {
  const { rowCount } = await executor.query(claim, [value, content]);
  if (rowCount === 1) return null;
  const { rows } = await executor.query<{ content_hash: Uint8Array; key_id: string }>(find, [
    value,
  ]);
  const [row] = rows;
  // Swept between the two statements: it is claimed by the next try.
  if (row === undefined) return claimIdempotencyKey(executor, { value, content });
  return { content: row.content_hash, keyId: row.key_id };
}
