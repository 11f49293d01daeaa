import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { createKeystamp, type Keystamp, type ListQuery } from '../../src/index.js';

const COUNT = 2_500;
let ground: TestDatabase;
let keystamp: Keystamp;
/** Runs after each statement that reads a page. */
let afterPage: () => Promise<void> = async () => {};

beforeAll(async () => {
  ground = await createTestDatabase();
  await ground.database.query(`insert into keystamp.users (id) values ('ada'), ('bob')`);
  await ground.database.query(
    `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash, created_at, last_used_at)
     select case when i % 2 = 0 then 'ada' else 'bob' end, 'Key ' || lpad(i::text, 5, '0'), 'ks_', sha256(i::text::bytea),
       now() - (i % 100) * interval '1 day', now() - i * interval '1 minute'
     from generate_series(1, $1::int) i`,
    [COUNT],
  );
  keystamp = await createKeystamp({ database: interrupted(await ground.open()) });
});
afterAll(async () => {
  await keystamp.close();
  await ground.drop();
});

/** The same database, with something that happens after each page. */
function interrupted(database: Database): Database {
  return replacing(database, {
    ...afterPages(database),
    connect: async (...given: Parameters<Database['connect']>) => {
      const session = await database.connect(...given);
      return replacing(session, afterPages(session));
    },
  });
}

function afterPages(executor: Pick<Database, 'query'>) {
  return {
    async query(text: string, params?: readonly unknown[]) {
      const result = await executor.query(text, params);
      if (text.startsWith('with page')) await afterPage();
      return result;
    },
  };
}

/** The object with some functions replaced; the others run on the object itself, whose fields are private. */
function replacing<T extends object>(target: T, replaced: object): T {
  return new Proxy(target, {
    get: (_, name) => {
      if (name in replaced) return Reflect.get(replaced, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function idsByPages(query: ListQuery): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const asked = cursor === undefined ? query : { ...query, cursor };
    const page = await keystamp.listApiKeys({ ...asked, limit: 1_000 });
    ids.push(...page.keys.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
}

describe('all keys', () => {
  const whole = { sort: 'name', unusedFor: 1, userId: 'ada', q: 'key' } as const;

  it.each([
    ['by last use', {}],
    ['by name, from the last', { sort: 'name', order: 'desc' }],
    ['by expiry', { sort: 'expires_at' }],
    ['with every filter', whole],
  ] as const)('%s: as all pages, in their order', async (_what, query) => {
    const { keys, hasMore, trackingSince } = await keystamp.listAllApiKeys(query);
    expect(keys.map(({ id }) => id)).toEqual(await idsByPages(query));
    expect(keys.length).toBeGreaterThan(0);
    expect([hasMore, trackingSince]).toEqual([false, expect.any(Date)]);
  });

  it.each([1, 999, 1_000, 1_001, COUNT - 1])('the first %i, and that there are more', async (n) => {
    const { keys, hasMore } = await keystamp.listAllApiKeys({ sort: 'created_at', limit: n });
    const ids = await idsByPages({ sort: 'created_at' });
    expect(keys.map(({ id }) => id)).toEqual(ids.slice(0, n));
    expect(hasMore).toBe(true);
  });

  it('exactly as many as there are, and no more', async () => {
    const { keys, hasMore } = await keystamp.listAllApiKeys({ limit: COUNT });
    expect([keys.length, hasMore]).toEqual([COUNT, false]);
  });

  it.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
    [{ cursor: 'x' }, 'cursor'],
    [{ count: true }, 'count'],
    [{ sort: 'hash' }, 'sort'],
  ])('%j is refused by the name of its field', async (query, field) => {
    await expect(keystamp.listAllApiKeys(query as never)).rejects.toMatchObject({ field });
  });
});

// One session is serial: on the embedded database nothing comes between two pages of a transaction.
describe.runIf(process.env['KEYSTAMP_TEST_DATABASE'] !== 'embedded')('K11 keys in use', () => {
  /** After each page the key that was used the longest ago is used now: it moves to the first page. */
  const useLast = async () => {
    await ground.database.query(
      `update keystamp.api_keys set last_used_at = clock_timestamp()
       where id = (select id from keystamp.api_keys order by last_used_at limit 1)`,
    );
  };
  const missing = async (read: () => Promise<string[]>) => {
    const { keys } = await keystamp.listAllApiKeys();
    afterPage = useLast;
    const ids = await read().finally(() => {
      afterPage = async () => {};
    });
    expect(new Set(ids).size).toBe(ids.length);
    return keys.filter(({ id }) => !ids.includes(id)).length;
  };

  it('all of them are in one list', async () => {
    const read = async () => (await keystamp.listAllApiKeys()).keys.map(({ id }) => id);
    expect(await missing(read)).toBe(0);
  });

  it('all of them are on pages by creation', async () => {
    expect(await missing(() => idsByPages({ sort: 'created_at' }))).toBe(0);
  });

  it('all that stay unused are on pages by last use of those unused', async () => {
    const { keys } = await keystamp.listAllApiKeys({ unusedFor: 1 });
    afterPage = useLast;
    const ids = await idsByPages({ unusedFor: 1 }).finally(() => {
      afterPage = async () => {};
    });
    const still = new Set(
      (await keystamp.listAllApiKeys({ unusedFor: 1 })).keys.map(({ id }) => id),
    );
    expect(keys.filter(({ id }) => still.has(id) && !ids.includes(id))).toEqual([]);
  });

  it('are missing on pages by last use: that is what the documents warn of', async () => {
    expect(await missing(() => idsByPages({}))).toBeGreaterThan(0);
  });
});
