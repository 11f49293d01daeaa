import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { watch } from '../validation/watched-database.js';

let test: TestKeystamp;

beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

const all = async () => (await test.keystamp.listApiKeys({ limit: 1_000 })).keys;
const imported = () => ({ keyHash: randomBytes(32), userId: 'ada', name: 'x' });

describe('K1 a key pasted into a field that is stored in clear', () => {
  it.each<[string, (pasted: string) => Promise<unknown>]>([
    ['name', (pasted) => test.keystamp.createApiKey({ userId: 'ada', name: `my ${pasted}` })],
    ['userId', (pasted) => test.keystamp.createApiKey({ userId: pasted, name: 'x' })],
    [
      'scopes[1]',
      (pasted) => test.keystamp.createApiKey({ userId: 'ada', name: 'x', scopes: ['a', pasted] }),
    ],
    [
      'name',
      async (pasted) => test.keystamp.updateApiKey((await test.issue()).key.id, { name: pasted }),
    ],
    ['keys[0].name', (pasted) => test.keystamp.importApiKeys([{ ...imported(), name: pasted }])],
    [
      'keys[0].userId',
      (pasted) => test.keystamp.importApiKeys([{ ...imported(), userId: pasted }]),
    ],
    [
      'keys[0].scopes[0]',
      (pasted) => test.keystamp.importApiKeys([{ ...imported(), scopes: [pasted] }]),
    ],
  ])('%s: refused, not repeated, not stored', async (field, call) => {
    const { apiKey } = await test.issue();
    const error = await call(apiKey).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toBe(`${field}: expected a text, not an API key`);
    expect(JSON.stringify(await all())).not.toContain(apiKey);
  });
});

describe('K1 a key that was mistyped or cut off', () => {
  const cut = (apiKey: string) => apiKey.slice(0, -8);

  it.each<[string, (pasted: string) => Promise<unknown>]>([
    ['q', (q) => test.keystamp.listApiKeys({ q: `name ${q}` })],
    ['name', (name) => test.keystamp.createApiKey({ userId: 'ada', name })],
    ['scopes[0]', (one) => test.keystamp.createApiKey({ userId: 'ada', name: 'x', scopes: [one] })],
  ])('%s: refused, and not repeated', async (field, call) => {
    const { apiKey } = await test.issue();
    for (const pasted of [apiKey, cut(apiKey)]) {
      const error = await call(pasted).catch((thrown: unknown) => thrown);
      expect((error as Error).message).toBe(`${field}: expected a text, not an API key`);
    }
  });

  it('its prefix finds it, and the id of a user may run on like a key', async () => {
    const userId = `user_${'0123456789abcdef'.repeat(4)}`;
    const { key } = await test.issue({ userId });
    const { keys } = await test.keystamp.listApiKeys({ q: key.keyPrefix, userId });
    expect(keys.map(({ id }) => id)).toEqual([key.id]);
  });
});

describe('K1 a search for a key', () => {
  it('reaches no database', async () => {
    const { apiKey } = await test.issue();
    const database = watch(test.keystamp.database);
    const keystamp = await createKeystamp({ database });
    const lists = () => database.sent.filter((text) => text.includes('ilike')).length;
    await expect(keystamp.listApiKeys({ q: apiKey })).rejects.toThrow('q: expected a text');
    expect(lists()).toBe(0);
    await keystamp.listApiKeys({ q: 'of somebody' });
    expect(lists()).toBe(1);
    await keystamp.close();
  });
});
