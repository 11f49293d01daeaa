import type { Executor } from '../database/database.js';
import { microsecondsOf, timestampText } from '../model/timestamp-text.js';
import type { UserApiKey } from '../model/user-api-key.js';
import { MAX_BULK } from '../rules/index.js';
import { type KeyRow, keyColumns, toUserApiKey } from './key-columns.js';
import { isKeptSql, isStaleSql, type StaleAfter } from './stale-keys.js';
import type { Stop } from './stop-keys.js';

/** Which keys are stopped how. Null: everybody's keys. */
export interface StaleFilter {
  readonly revoke: StaleAfter;
  readonly disable: StaleAfter;
  readonly userId: string | null;
}

/** A place in the order of creation: microseconds since 1970, and the id of a key. */
export interface CreationPosition {
  readonly createdAt: string;
  readonly id: string;
}

export const BEFORE_ALL_KEYS: CreationPosition = {
  createdAt: '-Infinity',
  id: '00000000-0000-0000-0000-000000000000',
};

export interface StaleKey {
  readonly key: UserApiKey;
  readonly stop: Stop;
  readonly isKept: boolean;
}

interface StaleRow extends KeyRow {
  last_us: string;
  last_id: string;
  stop: Stop;
  is_kept: boolean;
}

const isRevoked = isStaleSql('$3', '$4');
const isDisabled = isStaleSql('$5', '$6');

// The page bounds the rows that are read, not those that match: a statement is short also where no key is stale.
const textOf = (ownership: string) => `with page as materialized (
  select k.* from keystamp.api_keys k
  where (k.created_at, k.id) > ($1::timestamptz, $2::uuid) ${ownership}
  order by k.created_at, k.id
  limit ${MAX_BULK}
), last as (
  select ${microsecondsOf('k.created_at')} as last_us, k.id as last_id
  from page k order by k.created_at desc, k.id desc limit 1
)
select l.last_us, l.last_id, f.*
from last l left join lateral (
  select ${keyColumns}, ${isKeptSql} as is_kept,
    case when ${isRevoked} then 'revoked' else 'disabled' end as stop
  from page k join keystamp.users u on u.id = k.user_id
  where ${isRevoked} or ${isDisabled}
) f on true
order by f.created_at, f.id`;

const texts = { all: textOf(''), own: textOf('and k.user_id = $7') };

/** The stale ones of the next 1,000 keys, and where those end; null: there are no more keys. */
export async function findStaleKeys(
  executor: Executor,
  { revoke, disable, userId }: StaleFilter,
  after: CreationPosition,
): Promise<{ keys: StaleKey[]; last: CreationPosition | null }> {
  const { rows } = await executor.query<StaleRow>(userId === null ? texts.all : texts.own, [
    timestampText(after.createdAt),
    after.id,
    revoke.unusedDays,
    revoke.disabledDays,
    disable.unusedDays,
    disable.disabledDays,
    ...(userId === null ? [] : [userId]),
  ]);
  const [first] = rows;
  if (first === undefined) return { keys: [], last: null };
  const found = rows.filter(({ id }) => id !== null);
  return {
    keys: found.map((row) => ({ key: toUserApiKey(row), stop: row.stop, isKept: row.is_kept })),
    last: { createdAt: first.last_us, id: first.last_id },
  };
}
