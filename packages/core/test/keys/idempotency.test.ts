import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
let other: Keystamp;
beforeAll(async () => {
  test = await createTestKeystamp({ precisionMs: 25_000, flushIntervalMs: 10_000 });
  other = await createKeystamp({ database: await test.ground.open() });
});
afterAll(async () => {
  await other.close();
  await test.close();
});

const isValid = async (apiKey: string, on = test.keystamp) =>
  (await on.validateUserApiKey(apiKey)).valid;
const keysOf = async (userId: string) =>
  (await test.keystamp.listApiKeys({ userId, count: true })).count;

describe('K10 createApiKey with an idempotency key', () => {
  it('gives the same key with a new text, and the first text stops', async () => {
    const input = { userId: randomUUID(), name: 'CI', idempotencyKey: randomUUID() };
    const first = await test.keystamp.createApiKey(input);
    const second = await other.createApiKey(input);
    expect(second.key.id).toBe(first.key.id);
    expect([first.isReissued, second.isReissued]).toEqual([false, true]);
    expect(second.key.keyPrefix).toBe(second.apiKey.slice(0, 9));
    expect(await keysOf(input.userId)).toBe(1);
    expect(await isValid(second.apiKey, other)).toBe(true);
    expect(await isValid(first.apiKey, other)).toBe(false);
  });

  it('makes one key when several instances are asked at once, and the last text works', async () => {
    const input = { userId: randomUUID(), name: 'CI', idempotencyKey: randomUUID() };
    const issued = await Promise.all(
      Array.from({ length: 8 }, (_, i) => (i % 2 ? other : test.keystamp).createApiKey(input)),
    );
    expect(new Set(issued.map(({ key }) => key.id)).size).toBe(1);
    expect(issued.filter(({ isReissued }) => !isReissued)).toHaveLength(1);
    expect(await keysOf(input.userId)).toBe(1);
    const prefix = await test.stored(issued[0]?.key.id as string, 'key_prefix');
    const last = issued.find(({ key }) => key.keyPrefix === prefix);
    expect(await isValid(last?.apiKey ?? '')).toBe(true);
  });

  it('refuses once a use is in memory, and once it is stored', async () => {
    const input = { userId: randomUUID(), name: 'CI', idempotencyKey: randomUUID() };
    const { apiKey, key } = await test.keystamp.createApiKey(input);
    expect(await isValid(apiKey)).toBe(true);
    expect(await test.keystamp.getApiKey(key.id)).toMatchObject({ lastUsedAt: null });
    const refused = {
      code: 'idempotency_conflict',
      message: expect.stringContaining(`${key.id}. That key has been used`),
    };
    await expect(test.keystamp.createApiKey(input)).rejects.toMatchObject(refused);
    await test.keystamp.flush();
    await expect(other.createApiKey(input)).rejects.toMatchObject(refused);
    expect(await isValid(apiKey)).toBe(true);
  });

  it.each([
    ['revoked', (id: string) => test.keystamp.revokeApiKey(id), 'used or changed'],
    ['rotated', (id: string) => test.keystamp.rotateApiKey(id), 'used or changed'],
    ['given scopes', (id: string) => test.keystamp.updateApiKey(id, { scopes: ['a'] }), 'changed'],
    ['deleted', (id: string) => test.keystamp.deleteApiKey(id), 'deleted'],
  ])('refuses once the key is %s', async (_, change, words) => {
    const input = { userId: randomUUID(), name: 'CI', idempotencyKey: randomUUID() };
    const { key } = await test.keystamp.createApiKey(input);
    await change(key.id);
    const before = await test.keystamp.getApiKey(key.id);
    const refused = { code: 'idempotency_conflict', message: expect.stringContaining(words) };
    await expect(test.keystamp.createApiKey(input)).rejects.toMatchObject(refused);
    expect(await test.keystamp.getApiKey(key.id)).toEqual(before);
  });

  it('refuses other content, of a rotation too', async () => {
    const input = { userId: randomUUID(), name: 'CI', idempotencyKey: randomUUID() };
    const { apiKey, key } = await test.keystamp.createApiKey(input);
    const reused = { code: 'idempotency_key_reused' };
    const { idempotencyKey } = input;
    await expect(test.keystamp.createApiKey({ ...input, name: 'CD' })).rejects.toMatchObject(
      reused,
    );
    await expect(test.keystamp.rotateApiKey(key.id, { idempotencyKey })).rejects.toMatchObject(
      reused,
    );
    expect(await isValid(apiKey)).toBe(true);
  });

  it('keeps nothing of a call that made no key', async () => {
    const userId = randomUUID();
    const small = await createKeystamp({ database: await test.ground.open(), maxKeysPerUser: 1 });
    const { key } = await small.createApiKey({ userId, name: 'first' });
    const input = { userId, name: 'second', idempotencyKey: randomUUID() };
    await expect(small.createApiKey(input)).rejects.toMatchObject({ code: 'too_many_keys' });
    await small.deleteApiKey(key.id);
    expect((await small.createApiKey(input)).isReissued).toBe(false);
    await small.close();
  });

  it.each(['', 'a b', 'x'.repeat(256), 'é', 7, null])('refuses %j', async (idempotencyKey) => {
    const input = { userId: 'ada', name: 'CI', idempotencyKey: idempotencyKey as string };
    await expect(test.keystamp.createApiKey(input)).rejects.toMatchObject({
      field: 'idempotencyKey',
    });
  });

  it('stores hashes alone, makes a new key after a day, and removes old rows', async () => {
    const { database } = test.ground;
    const input = { userId: randomUUID(), name: 'CI', idempotencyKey: randomUUID() };
    const { key } = await test.keystamp.createApiKey(input);
    const stored = await database.query('select * from keystamp.idempotency_keys');
    expect(JSON.stringify(stored.rows)).not.toContain(input.idempotencyKey);
    await database.query(
      `update keystamp.idempotency_keys set created_at = now() - interval '25 hours'`,
    );
    expect((await test.keystamp.createApiKey(input)).key.id).not.toBe(key.id);
    const left = 'select count(*)::int as rows from keystamp.idempotency_keys';
    expect((await database.query(left)).rows).toEqual([{ rows: 1 }]);
  });
});

describe('K10 rotateApiKey with an idempotency key', () => {
  it('gives the same successor with a new text, and refuses once it was used', async () => {
    const { key } = await test.issue({ userId: randomUUID(), scopes: ['a'] });
    const options = { graceSeconds: 60, idempotencyKey: randomUUID() };
    const first = await test.keystamp.rotateApiKey(key.id, options);
    const second = await other.rotateApiKey(key.id.toUpperCase(), options);
    expect(second?.key.id).toBe(first?.key.id);
    expect(second?.isReissued).toBe(true);
    expect(await isValid(second?.apiKey ?? '')).toBe(true);
    expect(await keysOf(key.userId)).toBe(2);
    await expect(test.keystamp.rotateApiKey(key.id, options)).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
    expect(await other.rotateApiKey(key.id, options, { userId: 'eve' })).toBeNull();
  });
});
