import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListQuery, UserApiKey } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

const COUNT = 60;
const ID = '00000000-0000-4000-8000-000000000000';
const cursorOf = (parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
let test: TestKeystamp;
let all: UserApiKey[];

beforeAll(async () => {
  test = await createTestKeystamp();
  const { database } = test.ground;
  await database.query(
    `insert into keystamp.users (id, email, name, is_active)
     values ('u0', 'Ada@example.com', 'Ada', true), ('u1', 'grace@example.com', 'Grace', true), ('u2', null, null, false)`,
  );
  // Many ties and nulls on purpose.
  await database.query(
    `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash, created_at, expires_at, revoked_at, last_used_at)
     select 'u' || i % 3, case i % 5 when 0 then 'Zeta' when 1 then 'alpha' when 2 then 'a%b_c' else 'key ' || i end,
       'ks_' || lpad(i::text, 6, '0'), sha256(convert_to('key ' || i, 'UTF8')),
       now() - (i % 4) * interval '30 days',
       case i % 6 when 0 then now() - interval '1 day' when 1 then now() + interval '1 day' end,
       case when i % 7 = 0 then now() end,
       case when i % 3 = 0 then now() - (i % 9) * interval '20 days 1 microsecond' end
     from generate_series(1, $1::int) i`,
    [COUNT],
  );
  await database.query(`update keystamp.tracking set since = now() - interval '50 days'`);
  all = (await test.keystamp.listApiKeys({ limit: 1_000 })).keys;
});
afterAll(() => test.close());

async function pages(query: ListQuery): Promise<UserApiKey[]> {
  const keys: UserApiKey[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await test.keystamp.listApiKeys({
      ...query,
      ...(cursor === undefined ? {} : { cursor }),
    });
    keys.push(...page.keys);
    cursor = page.nextCursor;
  }
  return keys;
}

describe('a list', () => {
  it('begins with the last used, keys never used at its end, the newest first among equals', () => {
    expect(all).toHaveLength(COUNT);
    const firstNull = all.findIndex(({ lastUsedAt }) => lastUsedAt === null);
    expect(firstNull).toBe(20);
    expect(all.slice(firstNull).every(({ lastUsedAt }) => lastUsedAt === null)).toBe(true);
    for (let i = 1; i < firstNull; i++) {
      expect(all[i]?.lastUsedAt?.getTime()).toBeLessThanOrEqual(
        all[i - 1]?.lastUsedAt?.getTime() as number,
      );
    }
    for (let i = firstNull + 1; i < COUNT; i++) {
      expect(all[i]?.createdAt.getTime()).toBeLessThanOrEqual(
        all[i - 1]?.createdAt.getTime() as number,
      );
    }
  });

  it('has each key once over its pages, in one order, whatever sort, order and page size', async () => {
    const query = fc.record({
      sort: fc.constantFrom('last_used_at', 'created_at', 'name', 'expires_at' as const),
      order: fc.constantFrom('asc', 'desc' as const),
      limit: fc.integer({ min: 1, max: 70 }),
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ sort, order, limit }) => {
        const whole = await test.keystamp.listApiKeys({ sort, order, limit: 1_000 } as ListQuery);
        const paged = await pages({ sort, order, limit } as ListQuery);
        expect(paged.map(({ id }) => id)).toEqual(whole.keys.map(({ id }) => id));
        expect(new Set(paged.map(({ id }) => id)).size).toBe(COUNT);
      }),
      { numRuns: 25 },
    );
  });

  it('sorts names without regard to case, and puts what never expires last in either order', async () => {
    const byName = await pages({ sort: 'name', limit: 7 });
    const names = byName.map(({ name }) => name.toLowerCase());
    expect(names.at(-1)).toBe('zeta');
    expect(names.indexOf('alpha')).toBeLessThan(names.indexOf('zeta'));
    for (const order of ['asc', 'desc'] as const) {
      const last = (await pages({ sort: 'expires_at', order, limit: 9 })).at(-1);
      expect(last?.expiresAt).toBeNull();
    }
  });

  it('a page by creation neither repeats nor skips a key that is used meanwhile', async () => {
    const first = await test.keystamp.listApiKeys({ sort: 'created_at', limit: 30 });
    const second = await test.keystamp.listApiKeys({
      sort: 'created_at',
      limit: 30,
      cursor: first.nextCursor as string,
    });
    expect(second.nextCursor).toBeNull();
    expect(new Set([...first.keys, ...second.keys].map(({ id }) => id)).size).toBe(COUNT);
  });
});

describe('a filter', () => {
  it('by status agrees with the status of each key', async () => {
    for (const status of ['active', 'expired', 'revoked', 'user_inactive'] as const) {
      const { keys, count } = await test.keystamp.listApiKeys({
        status,
        limit: 1_000,
        count: true,
      });
      expect(keys.every((key) => key.status === status)).toBe(true);
      expect(keys).toHaveLength(all.filter((key) => key.status === status).length);
      expect(count).toBe(keys.length);
      expect(keys.length).toBeGreaterThan(0);
    }
  });

  it('by text finds name, address and prefix, letters of either case, wildcards as themselves', async () => {
    const found = async (q: string) =>
      (await test.keystamp.listApiKeys({ q, limit: 1_000 })).keys.length;
    expect(await found('ALPHA')).toBe(12);
    expect(await found('a%b_')).toBe(12);
    expect(await found('%')).toBe(12);
    expect(await found('ada@EXAMPLE')).toBe(20);
    expect(await found('ks_000007')).toBe(1);
    expect(await found("'; drop table keystamp.api_keys; --")).toBe(0);
    expect(await found('   ')).toBe(COUNT);
  });

  it('by the hash of a whole key finds that key', async () => {
    const keyHash = createHash('sha256').update('key 7').digest();
    const { keys } = await test.keystamp.listApiKeys({ keyHash });
    expect(keys.map(({ keyPrefix }) => keyPrefix)).toEqual(['ks_000007']);
  });

  it('G10 "unused" counts a key without a use from its creation, but not from before tracking began', async () => {
    const days = (n: number) => n * 86_400_000;
    const since = Date.now() - days(50);
    const unused = (key: UserApiKey, n: number) =>
      key.status === 'active' &&
      (key.lastUsedAt?.getTime() ?? Math.max(key.createdAt.getTime(), since)) <
        Date.now() - days(n);
    for (const n of [10, 45, 55, 130]) {
      const { keys } = await test.keystamp.listApiKeys({ unusedFor: n, limit: 1_000 });
      const expected = all.filter((key) => unused(key, n));
      expect(keys.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
    }
    const never = await test.keystamp.listApiKeys({ unusedFor: 'never', limit: 1_000 });
    expect(never.keys).toHaveLength(
      all.filter((key) => key.status === 'active' && key.lastUsedAt === null).length,
    );
  });

  it('by user shows only that user, and tells when tracking began', async () => {
    const page = await test.keystamp.listApiKeys({ userId: 'u1', count: true });
    expect(page.count).toBe(20);
    expect(
      page.keys.every(
        ({ userId, userEmail }) => userId === 'u1' && userEmail === 'grace@example.com',
      ),
    ).toBe(true);
    expect(Math.abs(page.trackingSince.getTime() - (Date.now() - 50 * 86_400_000))).toBeLessThan(
      60_000,
    );
    expect((await test.keystamp.listApiKeys({ userId: 'nobody' })).keys).toEqual([]);
  });
});

describe('K6 a wrong query', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ sort: 'id' }, 'sort'],
    [{ order: 'up' }, 'order'],
    [{ limit: 0 }, 'limit'],
    [{ limit: 1_001 }, 'limit'],
    [{ status: 'dead' }, 'status'],
    [{ unusedFor: 0 }, 'unusedFor'],
    [{ unusedFor: 1.5 }, 'unusedFor'],
    [{ keyHash: new Uint8Array(31) }, 'keyHash'],
    [{ q: 'x'.repeat(201) }, 'q'],
    [{ q: 'a\0' }, 'q'],
    [{ cursor: 'nonsense' }, 'cursor'],
    [
      { sort: 'created_at', cursor: cursorOf(['created_at', 'desc', '1', '1', '-'.repeat(36)]) },
      'cursor',
    ],
    [
      {
        sort: 'created_at',
        cursor: cursorOf(['created_at', 'desc', '1', '-999999999999999999', ID]),
      },
      'cursor',
    ],
    [
      {
        sort: 'created_at',
        cursor: cursorOf(['created_at', 'desc', '9999999999999999999', '1', ID]),
      },
      'cursor',
    ],
    [
      { cursor: Buffer.from('["last_used_at","desc","1; drop",0,0]').toString('base64url') },
      'cursor',
    ],
    [{ userId: '' }, 'userId'],
  ])('%o is refused by its field', async (query, field) => {
    await expect(test.keystamp.listApiKeys(query as ListQuery)).rejects.toMatchObject({ field });
  });

  it('a cursor of another order is refused', async () => {
    const { nextCursor } = await test.keystamp.listApiKeys({ limit: 1 });
    const other = { sort: 'name', cursor: nextCursor } as ListQuery;
    await expect(test.keystamp.listApiKeys(other)).rejects.toMatchObject({ field: 'cursor' });
  });
});
