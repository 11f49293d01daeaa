import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isApiKeyShape } from '../../src/key-format/api-key-shape.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

const inAnHour = () => new Date(Date.now() + 3_600_000);

describe('creating', () => {
  it('gives the key once and stores its hash', async () => {
    const expiresAt = inAnHour();
    const { apiKey, key } = await test.issue({
      name: '  CI  ',
      scopes: ['a', 'b', 'a'],
      expiresAt,
    });
    expect(isApiKeyShape(apiKey)).toBe(true);
    expect(key).toMatchObject({
      name: 'CI',
      userId: 'ada',
      userEmail: null,
      keyPrefix: apiKey.slice(0, 9),
      scopes: ['a', 'b'],
      status: 'active',
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
    });
    const { rows } = await test.ground.database.query<{ same: boolean }>(
      `select key_hash = sha256(convert_to($2, 'UTF8')) as same from keystamp.api_keys where id = $1`,
      [key.id, apiKey],
    );
    expect(rows).toEqual([{ same: true }]);
    expect(JSON.stringify(key)).not.toContain(apiKey.slice(9));
  });

  it('K6 refuses wrong input by its name and stores nothing', async () => {
    const count = async () => (await test.keystamp.listApiKeys({ count: true })).count;
    const before = await count();
    const wrong: [object, string][] = [
      [{ userId: '' }, 'userId'],
      [{ userId: 'x'.repeat(256) }, 'userId'],
      [{ userId: 'a\0b' }, 'userId'],
      [{ userId: 'a\tb' }, 'userId'],
      [{ userId: 'a\u202eb' }, 'userId'],
      [{ userId: 'a\u2028b' }, 'userId'],
      [{ userId: '\u200b' }, 'userId'],
      [{ name: undefined }, 'name'],
      [{ name: ' \t\n ' }, 'name'],
      [{ name: '\u200b\u2060' }, 'name'],
      [{ name: 'a\u202eb' }, 'name'],
      [{ name: 'a\u0007' }, 'name'],
      [{ name: '\ud800' }, 'name'],
      [{ name: 'x'.repeat(101) }, 'name'],
      [{ scopes: 'a' }, 'scopes'],
      [{ scopes: ['a', ''] }, 'scopes[1]'],
      [{ scopes: ['a b'] }, 'scopes[0]'],
      [{ scopes: ['x'.repeat(101)] }, 'scopes[0]'],
      [{ scopes: Array.from({ length: 51 }, (_, i) => `s${i}`) }, 'scopes'],
      [{ expiresAt: new Date(Date.now() - 1_000) }, 'expiresAt'],
      [{ expiresAt: new Date(Number.NaN) }, 'expiresAt'],
      [{ expiresAt: new Date('+010000-01-01T00:00:00Z') }, 'expiresAt'],
      [{ expiresAt: '2030-01-01' }, 'expiresAt'],
    ];
    for (const [input, field] of wrong) {
      await expect(test.issue(input), JSON.stringify(input)).rejects.toMatchObject({
        code: 'invalid_argument',
        field,
      });
    }
    expect(await count()).toBe(before);
  });

  it('stops a user whose id is from before there was a rule for ids', async () => {
    const id = 'right\u202eleft\n';
    await test.ground.database.query('insert into keystamp.users (id) values ($1)', [id]);
    expect(await test.keystamp.setUserActive(id, false)).toMatchObject({ isActive: false });
    expect((await test.keystamp.listApiKeys({ userId: id })).keys).toEqual([]);
  });

  it('takes names of any language, to 100 characters', async () => {
    for (const name of [
      '日本語の鍵',
      'مفتاح',
      '\u{1F511}'.repeat(100),
      'e\u0301',
      'family \u{1F468}\u200d\u{1F469}',
    ]) {
      expect((await test.issue({ name })).key.name).toBe(name.normalize('NFC'));
    }
  });
});

describe('changing', () => {
  it('sets only what is given', async () => {
    const { key } = await test.issue({ scopes: ['a'], expiresAt: inAnHour() });
    expect(await test.keystamp.updateApiKey(key.id, { name: 'New' })).toEqual({
      ...key,
      name: 'New',
    });
    expect(await test.keystamp.updateApiKey(key.id, { expiresAt: null })).toEqual({
      ...key,
      name: 'New',
      expiresAt: null,
    });
    expect(await test.keystamp.updateApiKey(key.id, {})).toMatchObject({
      name: 'New',
      scopes: ['a'],
    });
  });

  it('K5 never makes a scoped key unscoped', async () => {
    const { key } = await test.issue({ scopes: ['a'] });
    await expect(test.keystamp.updateApiKey(key.id, { scopes: [] })).rejects.toMatchObject({
      code: 'scope_widened',
    });
    expect((await test.keystamp.updateApiKey(key.id, { scopes: ['b'] }))?.scopes).toEqual(['b']);
  });

  it('refuses a revoked key, and knows none of another user', async () => {
    const { key } = await test.issue();
    expect(await test.keystamp.updateApiKey(key.id, { name: 'X' }, { userId: 'eve' })).toBeNull();
    expect(await test.keystamp.updateApiKey(randomUUID(), { name: 'X' })).toBeNull();
    await test.keystamp.revokeApiKey(key.id);
    await expect(test.keystamp.updateApiKey(key.id, { name: 'X' })).rejects.toMatchObject({
      code: 'key_revoked',
    });
    await expect(test.keystamp.getApiKey('7')).rejects.toThrow('id: expected a UUID');
  });
});

describe('revoking', () => {
  it('stops the key at once, keeps the row and its first time', async () => {
    const { apiKey, key } = await test.issue();
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
    await test.keystamp.flush();
    expect(await test.keystamp.revokeApiKey(key.id, { userId: 'eve' })).toBeNull();
    const revoked = await test.keystamp.revokeApiKey(key.id);
    expect(revoked).toMatchObject({ status: 'revoked', revokedAt: expect.any(Date) });
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({
      valid: false,
      reason: 'revoked',
      key: { id: key.id, status: 'revoked' },
    });
    expect(revoked?.revokedNow).toBe(true);
    expect(await test.keystamp.revokeApiKey(key.id)).toEqual({ ...revoked, revokedNow: false });
  });

  it('a revoked key stays revoked when a use of it lands later', async () => {
    const { apiKey, key } = await test.issue();
    await test.keystamp.validateUserApiKey(apiKey);
    await test.keystamp.revokeApiKey(key.id);
    await test.keystamp.flush();
    const row = await test.keystamp.getApiKey(key.id);
    expect(row).toMatchObject({ status: 'revoked', lastUsedAt: expect.any(Date) });
  });

  it('in bulk leaves alone what was used since it was looked at', async () => {
    const [quiet, used, gone, other] = await Promise.all(
      [1, 2, 3, 4].map((n) => test.issue({ userId: n === 4 ? 'eve' : 'ada' })),
    );
    await test.keystamp.validateUserApiKey(used?.apiKey as string);
    await test.keystamp.flush();
    await test.keystamp.revokeApiKey(gone?.key.id as string);
    const asked = [quiet, used, gone, other].map((one) => ({
      id: one?.key.id as string,
      lastUsedAt: null,
    }));
    const missing = { id: randomUUID(), lastUsedAt: null };
    const outcomes = await test.keystamp.revokeApiKeys([...asked, missing], { userId: 'ada' });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'revoked',
      'used_meanwhile',
      'already',
      'not_found',
      'not_found',
    ]);
    expect(outcomes[0]?.keyPrefix).toBe(quiet?.key.keyPrefix);
    expect(outcomes[4]?.keyPrefix).toBeNull();
    expect(outcomes.map(({ id }) => id)).toEqual([...asked, missing].map(({ id }) => id));
    const lastUsedAt = (await test.keystamp.getApiKey(used?.key.id as string))?.lastUsedAt as Date;
    expect(
      await test.keystamp.revokeApiKeys([{ id: used?.key.id as string, lastUsedAt }]),
    ).toMatchObject([{ outcome: 'revoked' }]);
    expect(await test.keystamp.validateUserApiKey(quiet?.apiKey as string)).toMatchObject({
      reason: 'revoked',
    });
    expect(await test.keystamp.validateUserApiKey(other?.apiKey as string)).toMatchObject({
      valid: true,
    });
  });

  it.each(['0000-01-01T00:00:00Z', '+010000-01-01T00:00:00Z'])(
    'K6 a last use at %s is no last use',
    async (time) => {
      const { key } = await test.issue({ userId: randomUUID() });
      const revoking = test.keystamp.revokeApiKeys([{ id: key.id, lastUsedAt: new Date(time) }]);
      await expect(revoking).rejects.toMatchObject({ field: 'keys[0].lastUsedAt' });
    },
  );
});

describe('rotating', () => {
  it('makes a successor and ends the old key at once', async () => {
    const expiresAt = inAnHour();
    const { apiKey, key } = await test.issue({ scopes: ['a'], expiresAt });
    const successor = await test.keystamp.rotateApiKey(key.id, { graceSeconds: 0 });
    expect(successor?.key).toMatchObject({
      name: key.name,
      scopes: ['a'],
      userId: 'ada',
      expiresAt,
      lastUsedAt: null,
    });
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({ reason: 'expired' });
    expect(await test.keystamp.validateUserApiKey(successor?.apiKey as string)).toMatchObject({
      valid: true,
    });
  });

  it('serves the old key until the grace ends, or its own earlier expiry', async () => {
    const long = await test.issue();
    await test.keystamp.rotateApiKey(long.key.id, { graceSeconds: 3_600 });
    expect(await test.keystamp.validateUserApiKey(long.apiKey)).toMatchObject({ valid: true });
    const end = (await test.keystamp.getApiKey(long.key.id))?.expiresAt?.getTime() as number;
    expect(Math.abs(end - Date.now() - 3_600_000)).toBeLessThan(30_000);

    const expiresAt = inAnHour();
    const short = await test.issue({ expiresAt });
    await test.keystamp.rotateApiKey(short.key.id, { graceSeconds: 86_400 });
    expect((await test.keystamp.getApiKey(short.key.id))?.expiresAt).toEqual(expiresAt);
  });

  it('gives the old key a day where no grace is said, and each of the two names the other', async () => {
    const { key } = await test.issue({ note: 'For CI', metadata: { team: 'build' } });
    const successor = (await test.keystamp.rotateApiKey(key.id))?.key;
    expect(successor).toMatchObject({
      predecessorId: key.id,
      successorId: null,
      note: 'For CI',
      metadata: { team: 'build' },
    });
    const old = await test.keystamp.getApiKey(key.id);
    expect(old).toMatchObject({ predecessorId: null, successorId: successor?.id });
    const end = old?.expiresAt?.getTime() as number;
    expect(Math.abs(end - Date.now() - 86_400_000)).toBeLessThan(30_000);
  });

  it('refuses what is revoked or expired, and a grace out of bounds', async () => {
    const { key } = await test.issue();
    await expect(test.keystamp.rotateApiKey(key.id, { graceSeconds: 2_592_001 })).rejects.toThrow(
      'graceSeconds',
    );
    await expect(test.keystamp.rotateApiKey(key.id, { graceSeconds: -1 })).rejects.toThrow(
      'graceSeconds',
    );
    expect(await test.keystamp.rotateApiKey(key.id, {}, { userId: 'eve' })).toBeNull();
    await test.keystamp.rotateApiKey(key.id, { graceSeconds: 0 });
    await expect(test.keystamp.rotateApiKey(key.id)).rejects.toMatchObject({ code: 'key_expired' });
    await test.keystamp.revokeApiKey(key.id);
    await expect(test.keystamp.rotateApiKey(key.id)).rejects.toMatchObject({ code: 'key_revoked' });
  });
});
