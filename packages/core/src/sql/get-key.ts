import type { Executor } from '../database/database.js';
import type { UserApiKey } from '../model/user-api-key.js';
import { type KeyRow, keyColumns, toUserApiKey } from './key-columns.js';

const text = `select ${keyColumns}
from keystamp.api_keys k join keystamp.users u on u.id = k.user_id
where k.id = $1 and ($2::text is null or k.user_id = $2)`;

export async function getKey(
  executor: Executor,
  id: string,
  userId: string | null,
): Promise<UserApiKey | null> {
  const { rows } = await executor.query<KeyRow>(text, [id, userId]);
  return rows[0] === undefined ? null : toUserApiKey(rows[0]);
}
