import { createHash } from 'node:crypto';
import { until } from '@keystamp/testing/until';
import type { Keystamp } from 'keystamp';
import type { Database } from 'keystamp/database';
import { unknownApiKey } from '../api-keys.js';

export interface ManyKey {
  readonly id: string;
  readonly apiKey: string;
}

/** Keys of one user, many at a time. */
export async function insertKeys(database: Database, count: number): Promise<ManyKey[]> {
  const apiKeys = Array.from({ length: count }, () => unknownApiKey());
  await database.query(`insert into keystamp.users (id) values ('ada') on conflict do nothing`);
  const { rows } = await database.query<{ id: string; key_hash: Buffer }>(
    `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
     select 'ada', 'One of many', left(key, 9), sha256(key::bytea) from unnest($1::text[]) as k (key)
     returning id, key_hash`,
    [apiKeys],
  );
  const ids = new Map(rows.map(({ id, key_hash }) => [key_hash.toString('hex'), id]));
  return apiKeys.map((apiKey) => ({ apiKey, id: ids.get(hashOf(apiKey)) as string }));
}

function hashOf(apiKey: string): string {
  return createHash('sha256').update(apiKey).digest('hex');
}

/** Has the instance answer for these keys from memory, without a use: it has heard of their creation too. */
export async function learn(keystamp: Keystamp, keys: readonly ManyKey[]): Promise<void> {
  await until(async () => {
    const before = keystamp.health().counts.cacheHits;
    await Promise.all(
      keys.map(({ apiKey }) => keystamp.validateUserApiKey(apiKey, { recordUse: false })),
    );
    return keystamp.health().counts.cacheHits - before === keys.length;
  });
}

/** Uses each key once, in one turn of the event loop where all are known. */
export async function useAll(keystamp: Keystamp, keys: readonly ManyKey[]): Promise<void> {
  for (const { apiKey } of keys) await keystamp.validateUserApiKey(apiKey);
}

/** How many of the keys have a time stored. */
export async function countStored(database: Database): Promise<number> {
  const { rows } = await database.query<{ stored: number }>(
    'select count(last_used_at)::int as stored from keystamp.api_keys',
  );
  return rows[0]?.stored ?? 0;
}
