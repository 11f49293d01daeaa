import type { Executor } from '../database/database.js';
import { type KeyHash, keyHashBytes } from '../key-format/api-key.js';
import type { UserApiKey } from '../model/user-api-key.js';
import { byActor } from './actor.js';
import { type KeyRow, keyColumns, toUserApiKey } from './key-columns.js';

export interface NewKey {
  readonly userId: string;
  readonly name: string;
  readonly keyPrefix: string;
  readonly keyHash: KeyHash;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  readonly note: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** The key that it replaces; null: none. */
  readonly predecessorId: string | null;
}

const text = `with k as (
  insert into keystamp.api_keys (user_id, name, key_prefix, key_hash, scopes, expires_at, note, metadata, predecessor_id)
  select $1::text, $2::text, $3::text, $4::bytea, $5::text[], $6::timestamptz, $7::text, $8::jsonb, $9::uuid where ${byActor('$10')}
  returning *
)
select ${keyColumns} from k join keystamp.users u on u.id = k.user_id`;

export async function insertKey(
  executor: Executor,
  key: NewKey,
  actor: string,
): Promise<UserApiKey> {
  const { rows } = await executor.query<KeyRow>(text, [
    key.userId,
    key.name,
    key.keyPrefix,
    keyHashBytes(key.keyHash),
    key.scopes,
    key.expiresAt,
    key.note,
    JSON.stringify(key.metadata),
    key.predecessorId,
    actor,
  ]);
  return toUserApiKey(rows[0] as KeyRow);
}
