import { randomUUID } from 'node:crypto';
import { until } from '@keystamp/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeOptions } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { beginOwn } from '../support/transaction.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp({ maxKeysPerUser: 3 });
  await test.ground.database.query('create table public.tenants (id text primary key)');
});
afterAll(() => test.close());

const reasonOf = async (apiKey: string) => {
  const validation = await test.keystamp.validateUserApiKey(apiKey);
  return validation.valid ? 'valid' : validation.reason;
};
const tenants = async (id: string) =>
  (await test.ground.database.query('select from public.tenants where id = $1', [id])).rows.length;

describe('a key made in a transaction of the caller', () => {
  it('is there with what else was committed, and valid', async () => {
    const [own, userId] = [await beginOwn(test), randomUUID()];
    await own.query('insert into public.tenants values ($1)', [userId]);
    const actor = { kind: 'session' as const, userId: 'root', name: 'the console' };
    const { client } = own;
    const { apiKey, key } = await test.keystamp.createApiKey(
      { userId, name: 'First', scopes: ['a'], client },
      { actor },
    );
    await own.commit();
    expect([await reasonOf(apiKey), await tenants(userId)]).toEqual(['valid', 1]);
    const { lastUsedAt, ...made } = key;
    expect(await test.keystamp.getApiKey(key.id)).toMatchObject({ ...made, scopes: ['a'] });
    const { events } = await test.keystamp.listEvents({ keyId: key.id });
    expect(events).toMatchObject([{ kind: 'created', actor: { name: 'the console' } }]);
  });

  it('never was, with its user and its event, where it is rolled back', async () => {
    const [own, userId] = [await beginOwn(test), randomUUID()];
    await own.query('insert into public.tenants values ($1)', [userId]);
    const { client } = own;
    const { apiKey, key } = await test.keystamp.createApiKey({ userId, name: 'First', client });
    await own.rollback();
    expect([await reasonOf(apiKey), await tenants(userId)]).toEqual(['unknown', 0]);
    expect(await test.keystamp.getApiKey(key.id)).toBeNull();
    expect((await test.keystamp.listEvents({ keyId: key.id })).events).toEqual([]);
    expect(await test.keystamp.setUserActive(userId, true)).toBeNull();
  });

  it('counts for the limit of its user, and one too many leaves the transaction as it was', async () => {
    const [own, userId] = [await beginOwn(test), randomUUID()];
    const create = () => test.keystamp.createApiKey({ userId, name: 'One', client: own.client });
    await own.query('insert into public.tenants values ($1)', [userId]);
    for (let made = 0; made < 3; made++) await create();
    await expect(create()).rejects.toMatchObject({ code: 'too_many_keys' });
    await own.commit();
    expect(await tenants(userId)).toBe(1);
    expect((await test.keystamp.listApiKeys({ userId })).keys).toHaveLength(3);
  });

  it('is one where it was asked for with an idempotency key and committed; none is remembered of what was rolled back', async () => {
    const [userId, idempotencyKey] = [randomUUID(), randomUUID()];
    const createIn = async (end: 'commit' | 'rollback') => {
      const own = await beginOwn(test);
      const input = { userId, name: 'Once', idempotencyKey, client: own.client };
      const issued = await test.keystamp.createApiKey(input);
      await own[end]();
      return issued;
    };
    await createIn('rollback');
    const first = await createIn('commit');
    const again = await createIn('commit');
    expect([first.isReissued, again.isReissued]).toEqual([false, true]);
    expect(again.key.id).toBe(first.key.id);
    await until(async () => (await reasonOf(first.apiKey)) === 'unknown');
    expect(await reasonOf(again.apiKey)).toBe('valid');
  });

  it('K7 is by its actor, and what else the transaction changes is not', async () => {
    // First: on the embedded database the transaction has the only session.
    const other = await test.issue({ userId: randomUUID() });
    const own = await beginOwn(test);
    const actor = { kind: 'session' as const, userId: 'root' };
    const input = { userId: randomUUID(), name: 'One', client: own.client };
    await test.keystamp.createApiKey(input, { actor });
    await own.query('delete from keystamp.api_keys where id = $1', [other.key.id]);
    await own.commit();
    const { events } = await test.keystamp.listEvents({ keyId: other.key.id });
    expect(events[0]).toMatchObject({ kind: 'deleted', actor: { kind: 'database' } });
  });
});

describe('a change in a transaction of the caller', () => {
  const seen = (id: string) => [{ id, lastUsedAt: null }];
  it.each<[string, string, (id: string, by: ChangeOptions) => Promise<unknown>]>([
    ['update', 'expired', (id, by) => test.keystamp.updateApiKey(id, { name: 'Other' }, by)],
    ['move', 'expired', (id, by) => test.keystamp.updateApiKey(id, { userId: 'bea' }, by)],
    ['disable', 'disabled', (id, by) => test.keystamp.disableApiKey(id, by)],
    ['revoke', 'revoked', (id, by) => test.keystamp.revokeApiKey(id, by)],
    ['rotate', 'expired', (id, by) => test.keystamp.rotateApiKey(id, { graceSeconds: 0 }, by)],
    ['delete', 'unknown', (id, by) => test.keystamp.deleteApiKey(id, by)],
    ['disable many', 'disabled', (id, by) => test.keystamp.disableApiKeys(seen(id), by)],
    ['revoke many', 'revoked', (id, by) => test.keystamp.revokeApiKeys(seen(id), by)],
  ])('%s: is undone with it, and counts when it is committed', async (name, reason, change) => {
    const { apiKey, key } = await test.issue({ userId: randomUUID() });
    expect(await reasonOf(apiKey)).toBe('valid');
    const taken = await beginOwn(test);
    await change(key.id, { client: taken.client });
    await taken.rollback();
    const { lastUsedAt, ...same } = key;
    expect(await test.keystamp.getApiKey(key.id)).toMatchObject(same);
    expect(await reasonOf(apiKey)).toBe('valid');
    // A use in between would keep those that are stopped in bulk.
    const fresh = await test.issue({ userId: randomUUID() });
    const kept = await beginOwn(test);
    await change(fresh.key.id, { client: kept.client });
    await kept.commit();
    if (name === 'update' || name === 'move') {
      expect(await test.keystamp.getApiKey(fresh.key.id)).not.toMatchObject(fresh.key);
    } else {
      await until(async () => (await reasonOf(fresh.apiKey)) === reason);
    }
  });

  it('enable: is undone with it, and counts when it is committed', async () => {
    const { apiKey, key } = await test.issue({ userId: randomUUID() });
    await test.keystamp.disableApiKey(key.id);
    for (const [end, reason] of [
      ['rollback', 'disabled'],
      ['commit', 'valid'],
    ] as const) {
      const own = await beginOwn(test);
      await test.keystamp.enableApiKey(key.id, { client: own.client });
      await own[end]();
      await until(async () => (await reasonOf(apiKey)) === reason);
    }
  });
});

it.each<[string, unknown]>([
  ['nothing that could be one', {}],
  ['null', null],
  ['the database itself', 'database'],
  ['a text', 'begin'],
])('K6 %s is no client', async (_name, given) => {
  const client = (given === 'database' ? test.keystamp.database : given) as never;
  const { key } = await test.issue({ userId: randomUUID() });
  const expected = expect.objectContaining({ code: 'invalid_argument', field: 'client' });
  await expect(test.keystamp.createApiKey({ userId: 'ada', name: 'One', client })).rejects.toEqual(
    expected,
  );
  await expect(test.keystamp.revokeApiKey(key.id, { client })).rejects.toEqual(expected);
  await expect(test.keystamp.rotateApiKey(key.id, {}, { client })).rejects.toEqual(expected);
  await expect(test.keystamp.revokeApiKeys([], { client })).rejects.toEqual(expected);
});

it('K6 a session in no transaction is refused', async () => {
  const session = await test.keystamp.database.connect();
  const creating = test.keystamp.createApiKey({ userId: 'ada', name: 'One', client: session });
  await expect(creating).rejects.toThrow('client: expected');
  session.release();
});
