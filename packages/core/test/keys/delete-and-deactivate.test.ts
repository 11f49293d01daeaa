import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/database/database.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

describe('deleting and deactivating', () => {
  it('a deleted key is unknown, at once', async () => {
    const { apiKey, key } = await test.issue();
    await test.keystamp.validateUserApiKey(apiKey);
    expect(await test.keystamp.deleteApiKey(key.id, { userId: 'eve' })).toBeNull();
    expect(await test.keystamp.deleteApiKey(key.id)).toMatchObject({ id: key.id });
    expect(await test.keystamp.validateUserApiKey(apiKey)).toEqual({
      valid: false,
      reason: 'unknown',
    });
    expect(await test.keystamp.deleteApiKey(key.id)).toBeNull();
    await test.keystamp.flush();
  });

  it("a deactivated user's keys stop, and go on when the user is back", async () => {
    const { apiKey } = await test.issue({ userId: 'linus' });
    expect(await test.keystamp.setUserActive('linus', false)).toMatchObject({
      id: 'linus',
      isActive: false,
    });
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({
      reason: 'user_inactive',
      key: { status: 'user_inactive' },
    });
    await test.keystamp.setUserActive('linus', true);
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
    expect(await test.keystamp.setUserActive('nobody', true)).toBeNull();
  });

  it('deactivates a user in a transaction of the caller, which may be taken back', async () => {
    const { apiKey } = await test.issue({ userId: 'grace' });
    const judge = async () => (await test.keystamp.validateUserApiKey(apiKey)).valid;
    const { database } = test.keystamp;
    const deactivate = (end: () => void) =>
      inTransaction(database, async (session) => {
        expect(await test.keystamp.setUserActive('grace', false, session)).toMatchObject({
          isActive: false,
        });
        end();
      });
    const takenBack = deactivate(() => {
      throw new Error('taken back');
    });
    await expect(takenBack).rejects.toThrow('taken back');
    test.keystamp.userChanged('grace');
    expect(await judge()).toBe(true);
    await deactivate(() => {});
    test.keystamp.userChanged('grace');
    expect(await judge()).toBe(false);
  });
});
