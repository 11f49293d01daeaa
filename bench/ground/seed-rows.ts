import { type Database, migrateUp } from 'keystamp/database';

/** Rows that nobody holds the key of: made in the server, with as many users as given, and a use of each at a random time or none. */
export interface RowsToSeed {
  readonly keys: number;
  readonly users: number;
  /** The share of keys with a use, 0 to 1; uses lie in the last 400 days. */
  readonly used: number;
}

const insertUsers = `insert into keystamp.users (id, email, name)
select 'user-' || n, 'user' || n || '@example.com', 'Ada ' || n from generate_series(0, $1::int - 1) as n`;

const insertKeys = `insert into keystamp.api_keys
  (user_id, name, key_prefix, key_hash, scopes, expires_at, revoked_at, created_at, last_used_at)
select 'user-' || floor(random() * $2::int)::int, 'Key ' || n, 'ks_' || substr(md5('p' || n), 1, 6), sha256(convert_to('key ' || n, 'UTF8')),
  case when n % 3 = 0 then array['orders:read', 'orders:write'] else '{}' end,
  case when n % 5 = 0 then now() + (random() * 400 - 40) * interval '1 day' end,
  case when n % 20 = 0 then now() - random() * interval '30 days' end,
  now() - interval '400 days' - random() * interval '400 days',
  case when random() < $3::float8 then now() - random() * interval '400 days' end
from generate_series(1, $1::int) as n`;

/** Brings the schema up to date and fills it. Triggers are off: nobody listens yet. */
export async function seedRows(
  database: Database,
  { keys, users, used }: RowsToSeed,
): Promise<void> {
  await migrateUp(database);
  const session = await database.connectDirect();
  try {
    await session.query("set session_replication_role = 'replica'");
    await session.query(insertUsers, [users]);
    await session.query(insertKeys, [keys, users, used]);
    await session.query('vacuum analyze keystamp.users');
    await session.query('vacuum analyze keystamp.api_keys');
    await session.query('checkpoint');
  } finally {
    session.release();
  }
}
