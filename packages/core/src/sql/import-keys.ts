import type { Executor } from '../database/database.js';
import type { ImportApiKeyInput } from '../model/import-api-key-input.js';
import { byActor } from './actor.js';
import { lockAddresses } from './lock-addresses.js';

const users = `insert into keystamp.users (id)
select distinct i.id from pg_catalog.unnest($1::text[]) as i (id)
where not exists (select from keystamp.users u where pg_catalog.lower(u.email) = pg_catalog.lower(i.id) and u.id <> i.id)
order by 1
on conflict (id) do nothing`;

const strangers = `select i.id from pg_catalog.unnest($1::text[]) as i (id)
where not exists (select from keystamp.users u where u.id = i.id)`;

// The one statement besides the flush that may set last_used_at: a key brings its history along.
// (`least` passes over a null: a key that was never used would have been used now.)
// Scopes travel as one text a key (a scope token holds no space): arrays of arrays must be of one length.
const keys = `insert into keystamp.api_keys
  (user_id, name, key_prefix, key_hash, scopes, created_at, expires_at, last_used_at, revoked_at, disabled_at, note, metadata, imported)
select i.user_id, i.name, i.key_prefix, i.key_hash,
  case when i.scopes = '' then '{}' else pg_catalog.string_to_array(i.scopes, ' ') end,
  coalesce(i.created_at, pg_catalog.now()), i.expires_at, case when i.last_used_at is not null then least(i.last_used_at, pg_catalog.now()) end,
  i.revoked_at, i.disabled_at, i.note, i.metadata::jsonb, true
from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
    $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[])
  as i (user_id, name, key_prefix, key_hash, scopes, created_at, expires_at, last_used_at, revoked_at, disabled_at, note, metadata)
where ${byActor('$13')}
order by i.key_hash
on conflict (key_hash) do nothing
returning key_hash`;

/** Adds users where their ids are unknown. The ids that were not added, because each is the address of another user. */
export async function addUsers(executor: Executor, ids: readonly string[]): Promise<Set<string>> {
  await lockAddresses(executor, ids);
  await executor.query(users, [ids]);
  const { rows } = await executor.query<{ id: string }>(strangers, [ids]);
  return new Set(rows.map(({ id }) => id));
}

/** Adds keys by their hashes; their users are there. The hashes (hex) that were not there before. */
export async function importKeys(
  executor: Executor,
  imported: readonly ImportApiKeyInput[],
  actor: string,
): Promise<Set<string>> {
  const { rows } = await executor.query<{ key_hash: Buffer }>(keys, [
    imported.map((key) => key.userId),
    imported.map((key) => key.name),
    imported.map((key) => key.keyPrefix ?? ''),
    imported.map((key) => Buffer.from(key.keyHash)),
    imported.map((key) => (key.scopes ?? []).join(' ')),
    imported.map((key) => key.createdAt ?? null),
    imported.map((key) => key.expiresAt ?? null),
    imported.map((key) => key.lastUsedAt ?? null),
    imported.map((key) => key.revokedAt ?? null),
    imported.map((key) => key.disabledAt ?? null),
    imported.map((key) => key.note ?? null),
    imported.map((key) => JSON.stringify(key.metadata ?? {})),
    actor,
  ]);
  return new Set(rows.map(({ key_hash }) => key_hash.toString('hex')));
}
