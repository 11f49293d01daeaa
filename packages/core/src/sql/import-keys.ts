import type { Executor } from '../database/database.js';
import type { ImportedApiKey } from '../keys/imported-api-key.js';

const users = `insert into keystamp.users (id)
select distinct unnest($1::text[]) order by 1
on conflict (id) do nothing`;

// The one statement besides the flush that may set last_used_at: a key brings its history along.
// Scopes travel as one text a key (a scope token holds no space): arrays of arrays must be of one length.
const keys = `insert into keystamp.api_keys
  (user_id, name, key_prefix, key_hash, scopes, created_at, expires_at, last_used_at, imported)
select i.user_id, i.name, i.key_prefix, i.key_hash,
  case when i.scopes = '' then '{}' else string_to_array(i.scopes, ' ') end,
  coalesce(i.created_at, now()), i.expires_at, least(i.last_used_at, now()), true
from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
  as i (user_id, name, key_prefix, key_hash, scopes, created_at, expires_at, last_used_at)
order by i.key_hash
on conflict (key_hash) do nothing
returning key_hash`;

/** Adds keys by their hashes, and their users. The hashes (hex) that were not there before. */
export async function importKeys(
  executor: Executor,
  imported: readonly ImportedApiKey[],
): Promise<Set<string>> {
  await executor.query(users, [imported.map((key) => key.userId)]);
  const { rows } = await executor.query<{ key_hash: Buffer }>(keys, [
    imported.map((key) => key.userId),
    imported.map((key) => key.name),
    imported.map((key) => key.keyPrefix ?? ''),
    imported.map((key) => Buffer.from(key.keyHash)),
    imported.map((key) => (key.scopes ?? []).join(' ')),
    imported.map((key) => key.createdAt ?? null),
    imported.map((key) => key.expiresAt ?? null),
    imported.map((key) => key.lastUsedAt ?? null),
  ]);
  return new Set(rows.map(({ key_hash }) => key_hash.toString('hex')));
}
