import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyCounts, ListQuery } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
const userId = randomUUID();

/** What each count stands for: the filter that would find as many. */
const filters: Readonly<Record<keyof Omit<KeyCounts, 'isEstimate'>, ListQuery>> = {
  unusedFor30d: { unusedFor: 30 },
  unusedFor90d: { unusedFor: 90 },
  unusedFor365d: { unusedFor: 365 },
  unusedForNever: { unusedFor: 'never' },
  expiresWithin30d: { expiresWithin: 30 },
  expiresWithinNever: { expiresWithin: 'never' },
  statusDisabled: { status: 'disabled' },
};

beforeAll(async () => {
  test = await createTestKeystamp();
  const { database } = test.ground;
  await database.query(
    `insert into keystamp.users (id, is_active) values ($1, true), ('off', false)`,
    [userId],
  );
  await database.query(
    `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash, scopes, created_at, last_used_at, expires_at, revoked_at, disabled_at)
     select case when n % 5 = 0 then 'off' else $1 end, 'Key ' || n, 'ks_' || lpad(n::text, 6, '0'), sha256(convert_to('key ' || n, 'UTF8')),
       case when n % 2 = 0 then array['orders:read'] else '{}' end, now() - interval '600 days',
       case when n % 4 > 0 then now() - n * interval '5 days' end, case when n % 3 > 0 then now() + (n - 10) * interval '1 day' end,
       case when n % 11 = 0 then now() end, case when n % 7 = 0 then now() end
     from generate_series(1, 120) n`,
    [userId],
  );
  await database.query(`update keystamp.tracking set since = now() - interval '500 days'`);
});
afterAll(() => test.close());

async function countsOf(query: ListQuery): Promise<KeyCounts> {
  const { counts } = await test.keystamp.listApiKeys({ ...query, counts: true, limit: 1 });
  if (counts === null) throw new Error('no counts');
  return counts;
}

describe('the counts of the common filters', () => {
  it.each([
    ['all keys', {}],
    ["a user's keys", { userId }],
    ['what a search finds', { q: 'orders:read' }],
    ["what a search finds of a user's", { userId, q: 'key 1' }],
    ['a scope', { scope: 'orders:read' }],
  ] as [string, ListQuery][])('are what each filter finds: %s', async (_, query) => {
    const { isEstimate, ...counts } = await countsOf(query);
    expect(isEstimate).toBe(false);
    for (const [name, filter] of Object.entries(filters)) {
      const { count } = await test.keystamp.listApiKeys({ ...query, ...filter, count: true });
      expect([name, counts[name as keyof typeof counts]]).toEqual([name, count]);
      if (query.q === undefined) expect(count).toBeGreaterThan(0);
    }
  });

  it('stay the same whatever of these filters the list has, and are null unless asked for', async () => {
    const all = await countsOf({});
    expect(await countsOf({ unusedFor: 90 })).toEqual(all);
    expect(await countsOf({ status: 'revoked' })).toEqual(all);
    expect((await test.keystamp.listApiKeys()).counts).toBeNull();
  });
});

describe('a search', () => {
  it('finds by a part of a scope', async () => {
    const { count } = await test.keystamp.listApiKeys({ q: 'DERS:re', count: true });
    expect(count).toBe(60);
  });

  it('finds by more of a key than its prefix, but not by another prefix', async () => {
    const issued = await test.issue({ userId, name: 'Found' });
    const found = async (q: string) =>
      (await test.keystamp.listApiKeys({ q })).keys.map(({ id }) => id);
    for (const length of [9, 10, 20, 40]) {
      expect(await found(issued.apiKey.slice(0, length))).toEqual([issued.key.id]);
    }
    const typo = issued.apiKey[8] === 'x' ? 'y' : 'x';
    expect(await found(`${issued.apiKey.slice(0, 8)}${typo}${issued.apiKey.slice(9, 20)}`)).toEqual(
      [],
    );
    await expect(test.keystamp.listApiKeys({ q: issued.apiKey })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });

  it('does not find an imported key by the whole of a short prefix', async () => {
    await test.keystamp.importApiKeys([
      { keyHash: new Uint8Array(32).fill(9), userId, name: 'Foreign', keyPrefix: 'sk' },
    ]);
    const { keys } = await test.keystamp.listApiKeys({ q: 'sk_live_abcdef' });
    expect(keys).toEqual([]);
  });
});
