import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

/** A key with an id and a prefix of the test's choice. */
async function insert(id: string, prefix: string, userId = 'ada'): Promise<string> {
  const { key } = await test.issue({ userId });
  await test.ground.database.query(
    'update keystamp.api_keys set id = $2, key_prefix = $3 where id = $1',
    [key.id, id, prefix],
  );
  return id;
}

const found = async (...args: Parameters<typeof test.keystamp.findApiKeys>) =>
  (await test.keystamp.findApiKeys(...args)).map(({ id }) => id);

describe('findApiKeys', () => {
  it('finds by the beginning of an id, of any length, in either case', async () => {
    const id = await insert('aaaa1111-2222-4333-8444-555566667777', 'ks_Id1xyz');
    await insert('aaab1111-2222-4333-8444-555566667777', 'ks_Id2xyz');
    for (let length = 4; length <= id.length; length++) {
      expect(await found(id.slice(0, length))).toEqual([id]);
      expect(await found(id.slice(0, length).toUpperCase())).toEqual([id]);
    }
  });

  it('finds by the beginning of a prefix, where the case of letters counts', async () => {
    const id = await insert(randomUUID(), 'ks_Qr7abc');
    for (const beginning of ['ks_Qr', 'ks_Qr7abc', ' ks_Qr7 '])
      expect(await found(beginning)).toEqual([id]);
    for (const other of ['ks_qr', 'ks_Qr7abcd', 'Qr7abc', 'ks_Q%', 'ks_Qr_'])
      expect(await found(other)).toEqual([]);
  });

  it('finds those of one user alone where it is limited', async () => {
    const mine = await insert(randomUUID(), 'ks_Own001', 'ada');
    const others = await insert(randomUUID(), 'ks_Own002', 'bob');
    expect(await found('ks_Own', { userId: 'ada' })).toEqual([mine]);
    expect(new Set(await found('ks_Own'))).toEqual(new Set([mine, others]));
  });

  it('finds the newest 10 at most', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 12; i++) ids.unshift(await insert(randomUUID(), `ks_Many${i}`));
    expect(await found('ks_Many')).toEqual(ids.slice(0, 10));
  });

  it.each([['ks_'], ['   a   '], [''], [7], [null], ['ks_\0abc'], ['x'.repeat(201)]])(
    'takes no %j for a beginning',
    async (beginning) => {
      await expect(test.keystamp.findApiKeys(beginning as string)).rejects.toMatchObject({
        code: 'invalid_argument',
        field: 'beginning',
      });
    },
  );

  it('K1: repeats no key that was given for a beginning', async () => {
    const { apiKey } = await test.issue();
    const error = await test.keystamp.findApiKeys(apiKey).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ message: 'beginning: expected a text, not an API key' });
  });
});
