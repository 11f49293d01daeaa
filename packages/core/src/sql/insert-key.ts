import type { Executor } from '../database/database.js';
import { type KeyHash, keyHashBytes } from '../key-format/api-key.js';
import type { UserApiKey } from '../model/user-api-key.js';
import { type KeyRow, keyColumns, toUserApiKey } from './key-columns.js';

export interface NewKey {
  readonly userId: string;
  readonly name: string;
  readonly keyPrefix: string;
  readonly keyHash: KeyHash;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
}

const text = `with k as (
  insert into keystamp.api_keys (user_id, name, key_prefix, key_hash, scopes, expires_at)
  values ($1, $2, $3, $4, $5::text[], $6)
  returning *
)
select ${keyColumns} from k join keystamp.users u on u.id = k.user_id`;

export async function insertKey(executor: Executor, key: NewKey): Promise<UserApiKey> {
  const { rows } = await executor.query<KeyRow>(text, [
    key.userId,
    key.name,
    key.keyPrefix,
    keyHashBytes(key.keyHash),
    key.scopes,
    key.expiresAt,
  ]);
  return toUserApiKey(rows[0] as KeyRow);
}
