import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../../src/index.js';
import { generateApiKey, keyHashBytes } from '../../src/key-format/api-key.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { type WatchedDatabase, watch } from './watched-database.js';

const KEYS = 40;
const CACHE = 25;

let test: TestKeystamp;
/** Validates through `database`; keys are made through `test`. */
let database: WatchedDatabase;
let keystamp: Keystamp;
let apiKeys: string[];

beforeAll(async () => {
  test = await createTestKeystamp();
  database = watch(await test.ground.open());
  apiKeys = [];
  for (let i = 0; i < KEYS; i++) apiKeys.push((await test.issue()).apiKey);
});
beforeEach(async () => {
  await keystamp?.close();
  keystamp = await createKeystamp({ database, cacheSize: CACHE, precisionMs: 25_000 });
});
afterAll(async () => {
  await keystamp.close();
  await test.close();
});

const validate = (apiKey: string) => keystamp.validateUserApiKey(apiKey);
const unknownKeys = (count: number) =>
  Array.from({ length: count }, () => generateApiKey('ks').apiKey);

async function lookupsDuring(work: () => Promise<unknown>): Promise<number> {
  const before = database.lookups();
  await work();
  return database.lookups() - before;
}

describe('a known key', () => {
  it('is validated without a query', async () => {
    const apiKey = apiKeys[0] as string;
    expect(await lookupsDuring(() => validate(apiKey))).toBe(1);
    const sent = await lookupsDuring(async () => {
      for (let i = 0; i < 100; i++) expect((await validate(apiKey)).valid).toBe(true);
    });
    expect(sent).toBe(0);
    expect(keystamp.health().counts).toMatchObject({ cacheHits: 100, cacheMisses: 1 });
  });

  it('is asked for every time where nothing is cached', async () => {
    await keystamp.close();
    keystamp = await createKeystamp({ database, cacheSize: 0 });
    const apiKey = apiKeys[0] as string;
    const sent = await lookupsDuring(async () => {
      for (let i = 0; i < 5; i++) await validate(apiKey);
    });
    expect(sent).toBe(5);
  });
});

describe('misses at once', () => {
  it('of one key are one query', async () => {
    const apiKey = apiKeys[1] as string;
    const sent = await lookupsDuring(async () => {
      const all = await Promise.all(Array.from({ length: 500 }, () => validate(apiKey)));
      expect(all.every(({ valid }) => valid)).toBe(true);
    });
    expect(sent).toBe(1);
  });

  it('of one key join the question that is on its way', async () => {
    const apiKey = apiKeys[1] as string;
    const sent = await lookupsDuring(async () => {
      database.holdAnswers();
      const first = validate(apiKey);
      await until(() => database.held === 1);
      const second = validate(apiKey);
      await new Promise(setImmediate);
      database.letGo();
      expect(await Promise.all([first, second])).toMatchObject([{ valid: true }, { valid: true }]);
    });
    expect(sent).toBe(1);
  });

  it('of many keys are one query', async () => {
    const sent = await lookupsDuring(async () => {
      const all = await Promise.all([...apiKeys, ...unknownKeys(KEYS)].map(validate));
      expect(all.filter(({ valid }) => valid)).toHaveLength(KEYS);
    });
    expect(sent).toBe(1);
  });

  it('of very many keys are some queries of a thousand', async () => {
    const sent = await lookupsDuring(() => Promise.all(unknownKeys(3_500).map(validate)));
    expect(sent).toBe(4);
  });

  it('K4: beyond what can be answered in time are load, and say nothing of the database', async () => {
    const flood = await Promise.allSettled(unknownKeys(50_500).map(validate));
    const refused = flood.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(500);
    expect(refused[0]).toMatchObject({ reason: { code: 'overloaded' } });
    expect(keystamp.health().databaseReachable).toBe(true);
    expect((await validate(apiKeys[0] as string)).valid).toBe(true);
  });
});

describe('the cache', () => {
  it('holds as many keys as it may, and gives up the one that was used longest ago', async () => {
    for (const apiKey of apiKeys.slice(0, CACHE)) await validate(apiKey);
    expect(keystamp.health().cachedKeys).toBe(CACHE);
    await validate(apiKeys[0] as string);
    await validate(apiKeys[CACHE] as string);
    expect(keystamp.health().cachedKeys).toBe(CACHE);
    expect(await lookupsDuring(() => validate(apiKeys[0] as string))).toBe(0);
    expect(await lookupsDuring(() => validate(apiKeys[1] as string))).toBe(1);
  });

  it('keeps the last use of a key that it gave up', async () => {
    const used = [];
    for (const apiKey of apiKeys) used.push(await validate(apiKey));
    await keystamp.close();
    for (const validation of used) {
      if (!validation.valid) throw new Error('All of them are valid.');
      expect(await test.stored(validation.key.id)).toBeInstanceOf(Date);
    }
  });
});

describe('K2: whether the database is asked tells nobody why a key is refused', () => {
  const lookups = async (apiKey: string) => {
    const sent = [];
    for (let i = 0; i < 3; i++) sent.push(await lookupsDuring(() => validate(apiKey)));
    return sent;
  };

  it('a key that nobody knows and one that was revoked, expired or left by its user', async () => {
    const revoked = await test.issue();
    const expired = await test.issue();
    const left = await test.issue({ userId: 'gone' });
    await test.keystamp.revokeApiKey(revoked.key.id);
    await test.ground.database.query(
      `update keystamp.api_keys set expires_at = now() - interval '1 hour' where id = $1`,
      [expired.key.id],
    );
    await test.keystamp.setUserActive('gone', false);
    const refused = [revoked, expired, left].map(({ apiKey }) => apiKey);
    for (const apiKey of [...unknownKeys(1), ...refused]) {
      await keystamp.close();
      keystamp = await createKeystamp({ database });
      expect(await lookups(apiKey)).toEqual([1, 0, 0]);
      expect((await validate(apiKey)).valid).toBe(false);
    }
  });

  /** A key that was valid a moment ago. On a slow machine it gets more time. */
  const knownUntilSoon = async (ms: number): Promise<string> => {
    const { apiKey } = await test.issue({ expiresAt: new Date(Date.now() + ms) });
    // Notifications arrive in the order of the commits: that of its creation asks for no second look-up any more.
    const marker = await test.issue();
    await validate(marker.apiKey);
    await test.keystamp.revokeApiKey(marker.key.id);
    await until(async () => !(await validate(marker.apiKey)).valid);
    return (await validate(apiKey)).valid ? apiKey : knownUntilSoon(ms * 2);
  };

  it('a key that expires while it is known', async () => {
    const apiKey = await knownUntilSoon(500);
    const sent = await lookupsDuring(() => until(async () => !(await validate(apiKey)).valid));
    // A second one where the estimate of the database's clock is ahead by a little.
    expect(sent).toBeGreaterThan(0);
    expect(await lookups(apiKey)).toEqual([0, 0, 0]);
  });
});

describe('an unknown key', () => {
  it('is remembered as unknown', async () => {
    const [apiKey] = unknownKeys(1) as [string];
    expect(await lookupsDuring(() => validate(apiKey))).toBe(1);
    expect(await lookupsDuring(() => validate(apiKey))).toBe(0);
    expect(await validate(apiKey)).toEqual({ valid: false, reason: 'unknown' });
  });

  it('pushes no known key out, however many come', async () => {
    const known = apiKeys.slice(0, CACHE);
    await Promise.all(known.map(validate));
    const flood = await Promise.all(unknownKeys(11_000).map(validate));
    expect(flood.every(({ valid }) => !valid)).toBe(true);
    expect(keystamp.health().cachedKeys).toBe(CACHE);
    expect(await lookupsDuring(() => Promise.all(known.map(validate)))).toBe(0);
  });

  it('is accepted on every instance from the moment on that it is made', async () => {
    const { apiKey, keyHash } = generateApiKey('ks');
    expect(await validate(apiKey)).toEqual({ valid: false, reason: 'unknown' });
    await test.ground.database.query(
      `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
       values ('ada', 'By hand', 'ks_abcdef', $1)`,
      [keyHashBytes(keyHash)],
    );
    await until(async () => (await validate(apiKey)).valid, { timeoutMs: 2_000 });
  });
});
