import type { Executor } from '../database/database.js';
import { lockAddresses } from './lock-addresses.js';

const insert = `insert into keystamp.users (id)
select $1 where not exists (select from keystamp.users u where pg_catalog.lower(u.email) = pg_catalog.lower($1) and u.id <> $1)
on conflict (id) do nothing`;

// "No key update": a key's foreign key may refer to the row meanwhile, two limits may not be counted at once.
const lock = `select id from keystamp.users where id = $1 for no key update`;

const count = `select pg_catalog.count(*)::int as keys from keystamp.api_keys where user_id = $1`;

/**
 * Adds the user where the id is unknown, and holds the row until the transaction ends. How many keys there are.
 * Null: the id is the address of another user, whatever the case of its letters, and nobody was added.
 */
export async function lockUser(executor: Executor, userId: string): Promise<number | null> {
  await lockAddresses(executor, [userId]);
  await executor.query(insert, [userId]);
  const { rowCount } = await executor.query(lock, [userId]);
  if (rowCount === 0) return null;
  // Counted by a statement of its own: one that waited for the lock counts what it saw before.
  const { rows } = await executor.query<{ keys: number }>(count, [userId]);
  return rows[0]?.keys ?? 0;
}
