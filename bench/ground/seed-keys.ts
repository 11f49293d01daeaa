import type { Database } from 'keystamp/database';
import { migrateUp } from 'keystamp/database';
import { generateApiKey, keyHashBytes } from '../../packages/core/dist/key-format/api-key.js';

export interface SeededKey {
  readonly id: string;
  readonly apiKey: string;
}

const insertKeys = `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
select 'user-' || (n % $1), 'Key ' || n, prefix, hash
from unnest($2::text[], $3::bytea[]) with ordinality as a (prefix, hash, n)
order by n
returning id`;

/** Brings the schema up to date and fills it with so many active keys, ten of each user; none of them was used. */
export async function seedKeys(database: Database, count: number): Promise<SeededKey[]> {
  await migrateUp(database);
  const users = Math.max(1, Math.ceil(count / 10));
  await database.query(
    "insert into keystamp.users (id) select 'user-' || n from generate_series(0, $1::int - 1) as n",
    [users],
  );
  const keys: SeededKey[] = [];
  while (keys.length < count)
    keys.push(...(await insert(database, users, Math.min(10_000, count - keys.length))));
  await database.query('vacuum analyze keystamp.api_keys');
  return keys;
}

async function insert(database: Database, users: number, count: number): Promise<SeededKey[]> {
  const made = Array.from({ length: count }, () => generateApiKey('ks'));
  const { rows } = await database.query<{ id: string }>(insertKeys, [
    users,
    made.map(({ keyPrefix }) => keyPrefix),
    made.map(({ keyHash }) => keyHashBytes(keyHash)),
  ]);
  return made.map(({ apiKey }, i) => ({ id: rows[i]?.id as string, apiKey: asReceived(apiKey) }));
}

/** A text that was put together is read more slowly than one that came in a request: here it is of that kind. */
function asReceived(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
