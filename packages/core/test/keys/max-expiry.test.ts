import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

const DAY_MS = 86_400_000;

let unbounded: TestKeystamp;
let bounded: Keystamp;
beforeAll(async () => {
  unbounded = await createTestKeystamp();
  bounded = await createKeystamp({
    database: await unbounded.ground.open(),
    maxExpiryDays: 90,
  });
});
afterAll(async () => {
  await bounded.close();
  await unbounded.close();
});

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
const refused = {
  code: 'invalid_argument',
  field: 'expiresAt',
  expected: 'a time in the future, at most 90 days from now',
};

describe('a limit of the expiry', () => {
  it.each([undefined, null, inDays(91)])(
    'refuses a new key that expires at %s',
    async (expiresAt) => {
      const creating = bounded.createApiKey({ userId: 'ada', name: 'CI', expiresAt });
      await expect(creating).rejects.toMatchObject(refused);
    },
  );

  it('takes what is within it, and keeps to it in changes', async () => {
    const { key } = await bounded.createApiKey({
      userId: 'ada',
      name: 'CI',
      expiresAt: inDays(90),
    });
    for (const expiresAt of [null, inDays(91)]) {
      await expect(bounded.updateApiKey(key.id, { expiresAt })).rejects.toMatchObject(refused);
    }
    expect(await bounded.updateApiKey(key.id, { expiresAt: inDays(30) })).not.toBeNull();
    expect(await bounded.updateApiKey(key.id, { name: 'CI 2' })).toMatchObject({ name: 'CI 2' });
  });

  it('holds for the successor of a key that is older than the limit', async () => {
    const { key } = await unbounded.issue();
    const successor = await bounded.rotateApiKey(key.id);
    const days = ((successor?.key.expiresAt?.getTime() as number) - Date.now()) / DAY_MS;
    expect(days).toBeGreaterThan(89.9);
    expect(days).toBeLessThan(90.1);

    const soon = inDays(10);
    const short = await unbounded.issue({ expiresAt: soon });
    expect((await bounded.rotateApiKey(short.key.id))?.key.expiresAt).toEqual(soon);
  });

  it.each([0, 36_501, 1.5, null])('is not %s days', async (maxExpiryDays) => {
    const creating = createKeystamp({
      database: await unbounded.ground.open(),
      maxExpiryDays: maxExpiryDays as number,
    });
    await expect(creating).rejects.toMatchObject({ field: 'maxExpiryDays' });
  });
});
