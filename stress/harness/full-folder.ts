import { migrateServerUp } from '@keystamp/server/schema';
import { openDatabase } from 'keystamp/database';

/**
 * Makes an embedded database with many keys in `dataDir`. Each key has an event in its history, and half of them have a
 * last use.
 */
export async function fillFolder(dataDir: string, keys: number): Promise<void> {
  const database = await openDatabase(undefined, { dataDir });
  await migrateServerUp(database);
  await database.query(`alter table keystamp.api_keys disable trigger user`);
  await database.query(
    `insert into keystamp.users (id) select 'user-' || i from generate_series(0, 999) i`,
  );
  for (let from = 0; from < keys; from += 50_000) {
    const to = Math.min(from + 50_000, keys) - 1;
    await database.query(
      `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash, scopes, metadata, last_used_at)
       select 'user-' || i % 1000, 'Key ' || i, 'ks_abcdef', sha256(i::text::bytea), '{orders:read,orders:write}', '{"team": "billing"}',
         case when i % 2 = 0 then now() - i * interval '1 second' end
       from generate_series($1::int, $2::int) i`,
      [from, to],
    );
  }
  await database.query(
    `insert into keystamp.key_events (key_id, user_id, kind, actor, detail)
     select id, user_id, 'created', '{"kind": "cli", "name": "ada", "key_id": null, "user_id": null}', jsonb_build_object('name', name, 'key_prefix', key_prefix)
     from keystamp.api_keys`,
  );
  await database.query(`alter table keystamp.api_keys enable trigger user`);
  await database.end();
}
