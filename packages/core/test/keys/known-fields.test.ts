import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDown, migrateUp, openDatabase } from '../../src/database/index.js';
import { ArgumentError, type Keystamp } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;

beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

const all = async () => (await test.keystamp.listApiKeys({ limit: 1_000 })).keys;
const imported = () => ({ keyHash: randomBytes(32), userId: 'ada', name: 'x' });

describe('K6 a field that is not known', () => {
  it.each<[string, (keystamp: Keystamp) => Promise<unknown>, string]>([
    [
      'createApiKey',
      (k) => k.createApiKey({ userId: 'ada', name: 'x', scope: ['a'] } as never),
      'scope: expected a known name; the nearest is scopes',
    ],
    ['createApiKey', (k) => k.createApiKey(null as never), 'input: expected an object'],
    ['createApiKey', (k) => k.createApiKey([] as never), 'input: expected an object'],
    [
      'createApiKey',
      (k) => k.createApiKey({ userId: 'ada', name: 'x', constructor: 1 } as never),
      'constructor: expected one of',
    ],
    [
      'listApiKeys',
      (k) => k.listApiKeys({ user_id: 'ada' } as never),
      'user_id: expected a known name; the nearest is userId',
    ],
    [
      'updateApiKey',
      (k) => k.updateApiKey(randomUUID(), { expiresAtt: null } as never),
      'the nearest is expiresAt',
    ],
    [
      'rotateApiKey',
      (k) => k.rotateApiKey(randomUUID(), { grace: 5 } as never),
      'grace: expected one of graceSeconds',
    ],
    [
      'validateUserApiKey',
      (k) => k.validateUserApiKey('x', { scope: ['a'] } as never),
      'the nearest is scopes',
    ],
    [
      'importApiKeys',
      (k) => k.importApiKeys([{ ...imported(), hash: 1 } as never]),
      'keys[0].hash: expected',
    ],
    [
      'revokeApiKeys',
      (k) => k.revokeApiKeys([{ id: randomUUID(), lastUsedAt: null, within: 'ada' } as never]),
      'keys[0].within: expected one of',
    ],
    ['revokeApiKeys', (k) => k.revokeApiKeys([null as never]), 'keys[0]: expected an object'],
    ['revokeApiKeys', (k) => k.revokeApiKeys(new Array(1)), 'keys[0]: expected an object'],
    ['importApiKeys', (k) => k.importApiKeys(new Array(1)), 'keys[0]: expected an object'],
    [
      'migrateUp, which would apply all',
      (k) => migrateUp(k.database, { too: '1' } as never),
      'the nearest is to',
    ],
    ['migrateDown', (k) => migrateDown(k.database, { counts: 0 } as never), 'the nearest is count'],
    [
      'openDatabase',
      (k) => openDatabase(k.database, { poolsize: 3, pool: 1 } as never),
      'poolsize: expected a known name; the nearest is poolSize',
    ],
    [
      'revokeApiKey, whose limit would be none',
      (k) => k.revokeApiKey(randomUUID(), { userID: 'ada' } as never),
      'userID: expected a known name; the nearest is userId',
    ],
  ])('of %s is named, and nothing is done', async (_name, call, message) => {
    const before = await all();
    const error = await call(test.keystamp).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toContain(message);
    expect(await all()).toEqual(before);
  });
});

describe('K6 an argument of another kind', () => {
  const created = { userId: 'ada', name: 'x' };
  const asked = (k: Keystamp, options: object) => k.validateUserApiKey('x', options as never);
  const listed = (k: Keystamp, query: object) => k.listApiKeys(query as never);

  it.each<[string, (keystamp: Keystamp) => Promise<unknown>, string]>([
    [
      'createApiKey, whose key would do all',
      (k) => k.createApiKey({ ...created, scopes: null } as never),
      'scopes: expected a list of at most 50 scopes; [] means whatever the user may do',
    ],
    [
      'importApiKeys, whose key would do all',
      (k) => k.importApiKeys([{ ...imported(), scopes: null } as never]),
      'keys[0].scopes: expected a list of at most 50 scopes; [] means',
    ],
    [
      'importApiKeys',
      (k) => k.importApiKeys([{ ...imported(), keyPrefix: null } as never]),
      'keys[0].keyPrefix: expected',
    ],
    [
      'importApiKeys',
      (k) => k.importApiKeys([{ ...imported(), createdAt: null } as never]),
      'keys[0].createdAt: expected',
    ],
    [
      'updateApiKey',
      (k) => k.updateApiKey(randomUUID(), { scopes: null } as never),
      'scopes: expected a list',
    ],
    [
      'updateApiKey',
      (k) => k.updateApiKey(randomUUID(), { name: null } as never),
      'name: expected a text',
    ],
    [
      'rotateApiKey',
      (k) => k.rotateApiKey(randomUUID(), { graceSeconds: null } as never),
      'graceSeconds: expected a whole number',
    ],
    ['getApiKey', (k) => k.getApiKey(randomUUID(), null as never), 'within: expected an object'],
    [
      'setUserActive',
      (k) => k.setUserActive('ada', true, {} as never),
      'executor: expected a session of inTransaction',
    ],
    ['userChanged', async (k) => k.userChanged(5 as never), 'userId: expected a text'],
    ['validateUserApiKey', (k) => asked(k, { scopes: [5] }), 'scopes[0]: expected a scope like'],
    ['validateUserApiKey', (k) => asked(k, { scopes: ['a', undefined] }), 'scopes[1]: expected'],
    ['validateUserApiKey', (k) => asked(k, { scopes: new Array(1) }), 'scopes[0]: expected'],
    ['validateUserApiKey', (k) => asked(k, { scopes: ['bad scope'] }), 'scopes[0]: expected'],
    ['validateUserApiKey', (k) => asked(k, { scopes: null }), 'scopes: expected a list of scopes'],
    [
      'validateUserApiKey',
      (k) => asked(k, { recordUse: 'x' }),
      'recordUse: expected true or false',
    ],
    ['validateUserApiKey', (k) => asked(k, { recordUse: null }), 'recordUse: expected true or'],
    ['listApiKeys', (k) => listed(k, { count: 'yes' }), 'count: expected true or false'],
    ['listApiKeys', (k) => listed(k, { count: null }), 'count: expected true or false'],
    ['listApiKeys', (k) => listed(k, { order: null }), 'order: expected one of asc, desc'],
    ['listApiKeys', (k) => listed(k, { sort: null }), 'sort: expected one of'],
    ['listApiKeys', (k) => listed(k, { q: null }), 'q: expected a text'],
    ['listApiKeys', (k) => listed(k, { cursor: null }), 'cursor: expected'],
    ['listApiKeys', (k) => listed(k, { limit: null }), 'limit: expected'],
    ['listApiKeys', (k) => listed(k, { keyHash: null }), 'keyHash: expected'],
    [
      'openDatabase, which would make one',
      () => openDatabase(undefined, { mustExist: 'yes' } as never),
      'mustExist: expected true or false',
    ],
  ])('of %s is named, and nothing is done', async (_name, call, message) => {
    const before = await all();
    const error = await call(test.keystamp).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toContain(message);
    expect(await all()).toEqual(before);
  });

  it('null is a value where it means none, and a listed key may be revoked as it is', async () => {
    const { key } = await test.issue({ expiresAt: null });
    expect(await test.keystamp.updateApiKey(key.id, { expiresAt: null })).toMatchObject({
      id: key.id,
    });
    const { keys } = await test.keystamp.listApiKeys({ q: key.keyPrefix });
    expect(await test.keystamp.revokeApiKeys(keys)).toMatchObject([{ outcome: 'revoked' }]);
    const never = { expiresAt: null, lastUsedAt: null };
    expect(await test.keystamp.importApiKeys([{ ...imported(), ...never }])).toEqual(['imported']);
  });
});

describe('K6 a limit to one user that came out as undefined', () => {
  const nobody = { userId: undefined } as never;

  it.each<[string, (keystamp: Keystamp, id: string) => Promise<unknown>]>([
    ['getApiKey', (k, id) => k.getApiKey(id, nobody)],
    ['updateApiKey', (k, id) => k.updateApiKey(id, { name: 'Mine' }, nobody)],
    ['revokeApiKey', (k, id) => k.revokeApiKey(id, nobody)],
    ['revokeApiKeys', (k, id) => k.revokeApiKeys([{ id, lastUsedAt: null }], nobody)],
    ['rotateApiKey', (k, id) => k.rotateApiKey(id, {}, nobody)],
    ['deleteApiKey', (k, id) => k.deleteApiKey(id, nobody)],
    ['listApiKeys', (k) => k.listApiKeys(nobody)],
  ])('does not mean everybody: %s', async (_, call) => {
    const { key } = await test.issue();
    await expect(call(test.keystamp, key.id)).rejects.toThrow('userId: expected a text');
    expect(await test.keystamp.getApiKey(key.id)).toMatchObject({
      name: key.name,
      revokedAt: null,
    });
  });
});

it('what a program adds to every object is nobody’s option', async () => {
  const { apiKey } = await test.issue({ scopes: ['a'] });
  const prototype = Object.prototype as Record<string, unknown>;
  prototype['extra'] = 1;
  try {
    const validation = await test.keystamp.validateUserApiKey(apiKey, { scopes: ['a'] });
    expect(validation.valid).toBe(true);
  } finally {
    delete prototype['extra'];
  }
});
