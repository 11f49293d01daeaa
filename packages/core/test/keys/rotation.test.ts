import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDown, migrateUp } from '../../src/database/migrate/migrate.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

const inAYear = () => new Date(Date.now() + 365 * 86_400_000);
const rotate = async (id: string, graceSeconds = 3_600) => {
  const issued = await test.keystamp.rotateApiKey(id, { graceSeconds });
  if (issued === null) throw new Error('Key not found.');
  return issued;
};
const countOf = async (userId: string) =>
  (await test.keystamp.listApiKeys({ userId, count: true })).count;

describe('a key that was rotated', () => {
  it('gets no second successor within its grace, and is told the first', async () => {
    const userId = randomUUID();
    const { key } = await test.issue({ userId, expiresAt: inAYear() });
    const successor = await rotate(key.id);
    const before = await test.keystamp.getApiKey(key.id);
    await expect(rotate(key.id, 60)).rejects.toMatchObject({
      code: 'key_rotated',
      message: `The key has been rotated already: rotate its successor ${successor.key.keyPrefix} (id ${successor.key.id}) instead.`,
    });
    expect(await test.keystamp.getApiKey(key.id)).toEqual(before);
    expect(await countOf(userId)).toBe(2);
  });

  it('hands its own expiry on, through any number of successors', async () => {
    const expiresAt = inAYear();
    let { key } = await test.issue({ expiresAt });
    for (let i = 0; i < 3; i++) {
      ({ key } = await rotate(key.id));
      expect(key.expiresAt).toEqual(expiresAt);
    }
  });

  it('gets one successor when many rotate it at once', async () => {
    const userId = randomUUID();
    const { key } = await test.issue({ userId });
    const rotating = await Promise.allSettled(Array.from({ length: 8 }, () => rotate(key.id)));
    const codes = rotating.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(codes).toEqual(Array.from({ length: 7 }, () => 'key_rotated'));
    expect(await countOf(userId)).toBe(2);
  });

  it.each([
    ['deleted', (id: string) => test.keystamp.deleteApiKey(id)],
    ['revoked', (id: string) => test.keystamp.revokeApiKey(id)],
    ['expired', (id: string) => rotate(id, 0)],
  ])('whose successor is %s is to be followed by a new key', async (state, end) => {
    const { key } = await test.issue();
    const { id } = (await rotate(key.id)).key;
    await end(id);
    const message = new RegExp(`${id}\\) is ${state}: make a new key\\.$`);
    await expect(rotate(key.id)).rejects.toMatchObject({ code: 'key_rotated', message });
  });

  it('K2 whose successor moved to another user says nothing of it to its own', async () => {
    const { key } = await test.issue();
    const successor = (await rotate(key.id)).key;
    await test.keystamp.updateApiKey(successor.id, { userId: 'bea' });
    const own = test.keystamp.rotateApiKey(key.id, {}, { userId: key.userId });
    await expect(own).rejects.toMatchObject({
      code: 'key_rotated',
      message: `The key has been rotated already, and its successor (id ${successor.id}) is deleted or another user's: make a new key.`,
    });
    await expect(rotate(key.id)).rejects.toMatchObject({
      message: expect.stringContaining(`rotate its successor ${successor.keyPrefix}`),
    });
  });

  it('is as any other in what callers get', async () => {
    const { key } = await test.issue();
    await rotate(key.id);
    const rotated = await test.keystamp.getApiKey(key.id);
    expect(Object.keys(rotated ?? {})).toEqual(Object.keys(key));
    const { keys } = await test.keystamp.listApiKeys();
    expect(new Set(keys.flatMap(Object.keys))).toEqual(new Set(Object.keys(key)));
  });
});

describe('the migration of it', () => {
  it('links a key to what it replaced before there was a column for it', async () => {
    const { database } = test.ground;
    const { key } = await test.issue();
    const successor = (await rotate(key.id)).key;
    await migrateDown(database, { to: '000014_restored_backup' });
    await migrateUp(database);
    expect(await test.keystamp.getApiKey(successor.id)).toMatchObject({ predecessorId: key.id });
    expect((await test.keystamp.listEvents({ keyId: successor.id })).events).toEqual([]);
    const { rows } = await database.query(
      `select tgenabled from pg_trigger where tgname = 'api_keys_updated'`,
    );
    expect(rows).toEqual([{ tgenabled: 'O' }]);
  });

  it('goes down and up on a table in use without a rewrite, and into no index', async () => {
    const { database } = test.ground;
    const { key, apiKey } = await test.issue();
    const place = async () => {
      const text = `select pg_relation_filenode('keystamp.api_keys')::text as node,
        (select count(*)::int from pg_indexes where schemaname = 'keystamp' and indexdef ~ 'successor') as indexes`;
      return (await database.query(text)).rows[0];
    };
    const before = await place();
    expect(before).toMatchObject({ indexes: 0 });
    await migrateDown(database, { to: '000006_imported_keys' });
    await migrateUp(database);
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
    expect(await place()).toEqual(before);
    expect((await rotate(key.id)).key.name).toBe(key.name);
  });
});
