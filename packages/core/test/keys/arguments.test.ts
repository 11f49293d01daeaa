import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

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
