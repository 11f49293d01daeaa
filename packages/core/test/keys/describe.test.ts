import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp({ maxKeysPerUser: 3 });
});
afterAll(() => test.close());

const issue = (input: Parameters<TestKeystamp['issue']>[0] = {}) =>
  test.issue({ userId: randomUUID(), ...input });

describe('a note and metadata', () => {
  it('are kept as given, and come back with each validation', async () => {
    const note = '  For the nightly export.\nAsk in #billing.  ';
    const metadata = { plan: 'pro', ['__proto__']: 'x', 'team.name': '' } as Record<string, string>;
    const { apiKey, key } = await issue({ note, metadata });
    expect(key).toMatchObject({ note: note.trim(), metadata });
    const validation = await test.keystamp.validateUserApiKey(apiKey);
    expect(validation).toMatchObject({ valid: true, key: { note: note.trim(), metadata } });
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({ key: { metadata } });
  });

  it('change here at once, and go when they are empty', async () => {
    const { apiKey, key } = await issue({ note: 'Old', metadata: { a: '1' } });
    await test.keystamp.validateUserApiKey(apiKey);
    await test.keystamp.updateApiKey(key.id, { metadata: { b: '2' } });
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({
      key: { note: 'Old', metadata: { b: '2' } },
    });
    const emptied = await test.keystamp.updateApiKey(key.id, { note: ' ', metadata: {} });
    expect(emptied).toMatchObject({ note: null, metadata: {} });
  });

  it('are for a revoked key too, which takes nothing else', async () => {
    const { key } = await issue();
    await test.keystamp.revokeApiKey(key.id);
    const noted = await test.keystamp.updateApiKey(key.id, {
      note: 'It was for the old shop.',
      metadata: { ticket: '4711' },
    });
    expect(noted).toMatchObject({ status: 'revoked', metadata: { ticket: '4711' } });
    for (const changes of [{ name: 'x' }, { note: 'y', scopes: ['a'] }, { userId: 'ada' }]) {
      const changing = test.keystamp.updateApiKey(key.id, changes);
      await expect(changing).rejects.toMatchObject({ code: 'key_revoked' });
    }
    expect((await test.keystamp.getApiKey(key.id))?.note).toBe('It was for the old shop.');
  });

  const pairs = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`name${i}`, 'x']));

  it.each([
    [{ note: 'x'.repeat(501) }, 'note'],
    [{ note: 'a\u202eb' }, 'note'],
    [{ note: 'a\u0007b' }, 'note'],
    [{ note: 7 }, 'note'],
    [{ metadata: null }, 'metadata'],
    [{ metadata: ['a'] }, 'metadata'],
    [{ metadata: pairs(17) }, 'metadata'],
    [{ metadata: { 'a b': 'x' } }, 'metadata'],
    [{ metadata: { ['a'.repeat(41)]: 'x' } }, 'metadata'],
    [{ metadata: { a: 'x'.repeat(201) } }, 'metadata.a'],
    [{ metadata: { a: 'two\nlines' } }, 'metadata.a'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
  ])('are refused by the name of the field: %o', async (input, field) => {
    const { key } = await issue();
    const refused = { code: 'invalid_argument', field };
    await expect(issue(input as never)).rejects.toMatchObject(refused);
    await expect(test.keystamp.updateApiKey(key.id, input as never)).rejects.toMatchObject(refused);
    expect(await test.keystamp.getApiKey(key.id)).toEqual(key);
  });

  it('hold at most 16 pairs and 500 characters, and never a key', async () => {
    const { apiKey, key } = await issue({ note: '\u{1f511}'.repeat(500), metadata: pairs(16) });
    for (const input of [{ note: apiKey }, { metadata: { key: apiKey } }]) {
      await expect(test.keystamp.updateApiKey(key.id, input)).rejects.toThrow('not an API key');
    }
  });

  it('of a row written by hand are shown as text', async () => {
    const { key } = await issue();
    await test.ground.database.query(
      `update keystamp.api_keys set metadata = '{"seats": 3, "tags": ["a"]}' where id = $1`,
      [key.id],
    );
    expect((await test.keystamp.getApiKey(key.id))?.metadata).toEqual({
      seats: '3',
      tags: '["a"]',
    });
  });
});

describe('moving a key to another user', () => {
  it('lets it work on, as the new user', async () => {
    const to = randomUUID();
    const { apiKey, key } = await issue();
    await test.keystamp.validateUserApiKey(apiKey);
    expect(await test.keystamp.updateApiKey(key.id, { userId: to })).toMatchObject({ userId: to });
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({
      valid: true,
      user: { id: to },
    });
    await test.keystamp.setUserActive(key.userId, false);
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
    await test.keystamp.setUserActive(to, false);
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({
      reason: 'user_inactive',
    });
  });

  it('needs room at the new user, and none at the present one', async () => {
    const userId = randomUUID();
    const [first] = [await issue({ userId }), await issue({ userId }), await issue({ userId })];
    const { key } = await issue();
    await expect(test.keystamp.updateApiKey(key.id, { userId })).rejects.toMatchObject({
      code: 'too_many_keys',
    });
    expect((await test.keystamp.getApiKey(key.id))?.userId).toBe(key.userId);
    expect(await test.keystamp.updateApiKey(first.key.id, { userId })).toMatchObject({ userId });
  });

  it('is limited to the keys of one user, as every change', async () => {
    const { key } = await issue();
    const changing = test.keystamp.updateApiKey(key.id, { userId: 'eve' }, { userId: 'eve' });
    expect(await changing).toBeNull();
    expect((await test.keystamp.getApiKey(key.id))?.userId).toBe(key.userId);
  });

  it('K6 adds no user by a move that is refused, or of a key that is not there', async () => {
    const { key: revoked } = await issue();
    await test.keystamp.revokeApiKey(revoked.id);
    const { key: scoped } = await issue({ scopes: ['a'] });
    const userId = randomUUID();
    const moves = [
      [randomUUID(), { userId }, {}, null],
      [scoped.id, { userId }, { userId: 'eve' }, null],
      [revoked.id, { userId }, {}, 'key_revoked'],
      [scoped.id, { userId, scopes: [] }, {}, 'scope_widened'],
    ] as const;
    for (const [id, changes, options, code] of moves) {
      const outcome = test.keystamp.updateApiKey(id, changes, options);
      expect(await outcome.catch((error) => error.code)).toBe(code);
    }
    expect(await test.keystamp.setUserActive(userId, true)).toBeNull();
  });
});
