import type { Executor } from '../database/database.js';
import type { UserApiKey } from '../model/user-api-key.js';
import { type KeyRow, keyColumns, toUserApiKey } from './key-columns.js';

export interface Beginning {
  /** The first and the last id that begin so. Null: no id does. */
  readonly ids: readonly [first: string, last: string] | null;
  /** Of a prefix, where the case of letters counts. */
  readonly prefix: string;
}

const text = `select ${keyColumns}
from keystamp.api_keys k join keystamp.users u on u.id = k.user_id
where (k.id between $1::uuid and $2::uuid or pg_catalog.starts_with(k.key_prefix, $3::text))
  and ($4::text is null or k.user_id = $4)
order by k.created_at desc, k.id desc
limit $5`;

/** The newest first. */
export async function findKeys(
  executor: Executor,
  { ids, prefix }: Beginning,
  userId: string | null,
  limit: number,
): Promise<UserApiKey[]> {
  const [first, last] = ids ?? [null, null];
  const { rows } = await executor.query<KeyRow>(text, [first, last, prefix, userId, limit]);
  return rows.map(toUserApiKey);
}
