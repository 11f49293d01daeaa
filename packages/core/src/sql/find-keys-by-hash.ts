import type { Executor } from '../database/database.js';
import { StandbyError } from '../database/standby.js';
import { type KeyHash, keyHashBytes, toKeyHash } from '../key-format/api-key.js';
import type { KeyUser, UserApiKey } from '../model/user-api-key.js';
import { type KeyRow, keyColumns, toKeyUser, toUserApiKey, type UserRow } from './key-columns.js';

export interface FoundKey {
  readonly keyHash: KeyHash;
  readonly key: UserApiKey;
  readonly user: KeyUser;
}

interface FoundRow extends KeyRow, UserRow {
  key_hash: Buffer;
}

// One row more than the keys found: a server in recovery follows another one and may not know of the latest revocations.
const text = `select k.key_hash, ${keyColumns}, u.is_active as user_is_active, u.is_admin as user_is_admin,
  pg_catalog.pg_is_in_recovery() as in_recovery
from (select) as one
left join keystamp.api_keys k on k.key_hash = any($1::bytea[])
left join keystamp.users u on u.id = k.user_id`;

/** The keys among these hashes, in no order. Throws where the server is a standby. */
export async function findKeysByHash(
  executor: Executor,
  hashes: readonly KeyHash[],
): Promise<FoundKey[]> {
  const { rows } = await executor.query<FoundRow & { in_recovery: boolean }>(text, [
    hashes.map(keyHashBytes),
  ]);
  if (rows[0]?.in_recovery === true) throw new StandbyError();
  return rows
    .filter((row) => row.key_hash !== null)
    .map((row) => ({
      keyHash: toKeyHash(row.key_hash),
      key: toUserApiKey(row),
      user: toKeyUser(row),
    }));
}
