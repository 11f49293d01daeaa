import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListQuery } from '../../src/index.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
const userId = randomUUID();
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

beforeAll(async () => {
  test = await createTestKeystamp();
  const issue = (name: string, input: object) => test.issue({ userId, name, ...input });
  await issue('endless', { metadata: { plan: 'pro', team: 'a' } });
  await issue('soon', { expiresAt: inDays(10), scopes: ['a'], metadata: { plan: 'pro' } });
  await issue('later', { expiresAt: inDays(60), scopes: ['a', 'b'] });
  const past = await issue('past', { expiresAt: inDays(1), scopes: ['b'] });
  const stopped = await issue('stopped', { expiresAt: inDays(10) });
  await test.ground.database.query(
    `update keystamp.api_keys set expires_at = now() - interval '1 day' where id = $1`,
    [past.key.id],
  );
  await test.keystamp.disableApiKey(stopped.key.id);
});
afterAll(() => test.close());

async function namesOf(query: ListQuery): Promise<string[]> {
  const { keys, count } = await test.keystamp.listApiKeys({ userId, count: true, ...query });
  expect(count).toBe(keys.length);
  const all = await test.keystamp.listAllApiKeys({ userId, ...query });
  expect(all.keys).toHaveLength(keys.length);
  return keys.map(({ name }) => name).sort();
}

describe('a filter', () => {
  it.each([
    [{ expiresWithin: 30 }, ['soon']],
    [{ expiresWithin: 90 }, ['later', 'soon']],
    [{ expiresWithin: 'never' }, ['endless']],
    [{ scope: 'a' }, ['later', 'soon']],
    [{ scope: 'b', status: 'expired' }, ['past']],
    [{ scope: 'other' }, []],
    [{ metadata: { plan: 'pro' } }, ['endless', 'soon']],
    [{ metadata: { plan: 'pro', team: 'a' } }, ['endless']],
    [{ metadata: { plan: 'free' } }, []],
    [{ metadata: {} }, ['endless', 'later', 'past', 'soon', 'stopped']],
    [{ status: 'disabled' }, ['stopped']],
    [{ expiresWithin: 30, unusedFor: 'never', q: 'soon', metadata: { plan: 'pro' } }, ['soon']],
  ] as [ListQuery, string[]][])('%o finds %o', async (query, names) => {
    expect(await namesOf(query)).toEqual(names);
  });

  it('never counts an expiry of infinity, written by hand, as near', async () => {
    const { key } = await test.issue({ userId: 'bea', expiresAt: inDays(1) });
    await test.ground.database.query(
      `update keystamp.api_keys set expires_at = 'infinity' where id = $1`,
      [key.id],
    );
    const ids = async (expiresWithin: number | 'never') =>
      (await test.keystamp.listApiKeys({ userId: 'bea', expiresWithin })).keys.map(({ id }) => id);
    expect(await ids(36_500)).toEqual([]);
    expect(await ids('never')).toEqual([key.id]);
  });

  it.each([
    [{ expiresWithin: 0 }, 'expiresWithin'],
    [{ expiresWithin: 'soon' }, 'expiresWithin'],
    [{ scope: 'two words' }, 'scope'],
    [{ scope: ['a'] }, 'scope'],
    [{ metadata: { 'a b': 'x' } }, 'metadata'],
    [{ metadata: { a: 7 } }, 'metadata.a'],
    [{ metadata: 'a=b' }, 'metadata'],
  ])('%o is refused by the name of the field', async (query, field) => {
    await expect(test.keystamp.listApiKeys(query as never)).rejects.toMatchObject({
      code: 'invalid_argument',
      field,
    });
  });
});
