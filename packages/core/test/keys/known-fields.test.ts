import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ArgumentError,
  type Keystamp,
  migrateDown,
  migrateUp,
  openDatabase,
} from '../../src/index.js';
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
