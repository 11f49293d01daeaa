import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssuedApiKey } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp({ maxKeysPerUser: 50 });
});
afterAll(() => test.close());

describe('the limit of a user', () => {
  it('stops at the limit of a user, also when many are made at once', async () => {
    const userId = randomUUID();
    const made = await Promise.allSettled(Array.from({ length: 60 }, () => test.issue({ userId })));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    const codes = made.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(codes).toEqual(Array.from({ length: 10 }, () => 'too_many_keys'));
  });

  it('lets a key be rotated at the limit, up to twice as many in all; successors count', async () => {
    const userId = randomUUID();
    const made = await Promise.all(Array.from({ length: 50 }, () => test.issue({ userId })));
    let { key } = made[0] as IssuedApiKey;
    for (let i = 0; i < 50; i++) key = (await test.keystamp.rotateApiKey(key.id))?.key ?? key;
    const refused = {
      code: 'too_many_keys',
      message: expect.stringMatching(/100 keys.* Deleting/),
    };
    await expect(test.keystamp.rotateApiKey(key.id)).rejects.toMatchObject(refused);
    expect(await test.keystamp.getApiKey(key.id)).toMatchObject({
      status: 'active',
      expiresAt: null,
    });
    await test.keystamp.deleteApiKey(made[0]?.key.id as string);
    expect(await test.keystamp.rotateApiKey(key.id)).not.toBeNull();
    await expect(test.issue({ userId })).rejects.toMatchObject(refused);
  });
});
