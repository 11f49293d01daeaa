import { createHash, randomBytes } from 'node:crypto';
import { createKeystamp } from 'keystamp';
import type { Database } from 'keystamp/database';

export const admin = { email: 'ada@example.com', password: 'a long enough passphrase' };

/** A key as a story needs to find it; ages in days, null for "not". */
export interface SeededKey {
  readonly name: string;
  readonly user?: string;
  readonly createdDaysAgo?: number;
  readonly usedDaysAgo?: number | null;
  readonly expiresInDays?: number | null;
  readonly revokedDaysAgo?: number | null;
  readonly scopes?: readonly string[];
}

const insertUser = `
insert into keystamp.users (id, email, name) values ($1, $2, $3)
on conflict do nothing`;

const insertKey = `
insert into keystamp.api_keys
  (user_id, name, key_prefix, key_hash, scopes, created_at, last_used_at, expires_at, revoked_at)
values ($1, $2, $3, $4, $5,
  now() - make_interval(secs => 86400 * $6::float8),
  now() - make_interval(secs => 86400 * $7::float8),
  now() + make_interval(secs => 86400 * $8::float8),
  now() - make_interval(secs => 86400 * $9::float8))`;

/** Migrates and puts in what stories begin with. Tracking began 200 days ago. */
export async function seed(database: Database, keys: readonly SeededKey[]): Promise<void> {
  const keystamp = await createKeystamp({ database });
  await database.query(`update keystamp.tracking set since = now() - interval '200 days'`);
  for (const user of new Set(keys.map(userOf))) {
    await database.query(insertUser, [user, user, null]);
  }
  for (const key of keys) await database.query(insertKey, rowOf(key));
  await keystamp.close();
}

/** One statement for all would run into the limit for statements on a busy machine. */
const BATCH = 5000;

const insertWorkers = `
insert into keystamp.api_keys (user_id, name, key_prefix, key_hash, created_at, last_used_at)
select $1, 'Worker ' || n, 'ks_' || lpad(to_hex(n), 6, '0'), sha256(convert_to('worker ' || n, 'UTF8')),
  now() - interval '400 days', now() - make_interval(secs => 3600 * n)
from generate_series($2::int, $3::int) n`;

/** Many alike: `count` keys of one user, each last used as many hours ago as its number says. */
export async function seedMany(database: Database, user: string, count: number): Promise<void> {
  await database.query(insertUser, [user, user, null]);
  for (let from = 1; from <= count; from += BATCH) {
    await database.query(insertWorkers, [user, from, Math.min(from + BATCH - 1, count)]);
  }
}

function userOf(key: SeededKey): string {
  return key.user ?? 'grace@example.com';
}

function rowOf(key: SeededKey): unknown[] {
  const prefix = `ks_${randomBytes(3).toString('hex')}`;
  return [
    userOf(key),
    key.name,
    prefix,
    createHash('sha256').update(randomBytes(32)).digest(),
    key.scopes ?? [],
    key.createdDaysAgo ?? 30,
    key.usedDaysAgo ?? null,
    key.expiresInDays ?? null,
    key.revokedDaysAgo ?? null,
  ];
}
