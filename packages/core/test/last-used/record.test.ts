import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

/** The database's clock, exact. */
async function databaseNow(): Promise<number> {
  const { rows } = await test.ground.database.query<{ now: Date }>(
    'select clock_timestamp() as now',
  );
  return (rows[0] as { now: Date }).now.getTime();
}

describe('a successful validation', () => {
  it('sets last_used_at to the time of the use', async () => {
    const { apiKey, key } = await test.issue();
    expect(key.lastUsedAt).toBeNull();
    const before = await databaseNow();
    const validation = await test.keystamp.validateUserApiKey(apiKey);
    const after = await databaseNow();
    expect(validation).toMatchObject({ valid: true, key: { id: key.id }, user: { id: 'ada' } });
    await test.keystamp.flush();
    const stored = (await test.stored(key.id)) as Date;
    expect(stored.getTime()).toBeGreaterThanOrEqual(before - 50);
    expect(stored.getTime()).toBeLessThanOrEqual(after + 50);
    expect((await test.keystamp.getApiKey(key.id))?.lastUsedAt).toEqual(stored);
  });

  it('G4 stores the last of many uses, though a window throttles them', async () => {
    const { apiKey, key } = await test.issue();
    let before = 0;
    for (let i = 0; i < 200; i++) {
      before = await databaseNow();
      await test.keystamp.validateUserApiKey(apiKey);
    }
    const after = await databaseNow();
    await test.keystamp.flush();
    const stored = (await test.stored(key.id)) as Date;
    expect(stored.getTime()).toBeGreaterThanOrEqual(before - 50);
    expect(stored.getTime()).toBeLessThanOrEqual(after + 50);
  });

  it('G6 counts when only a scope is missing, and not when the caller says that it is no use', async () => {
    const scoped = await test.issue({ scopes: ['orders:read'] });
    const looked = await test.issue();
    const refusal = await test.keystamp.validateUserApiKey(scoped.apiKey, {
      scopes: ['orders:write'],
    });
    expect(refusal).toMatchObject({
      valid: false,
      reason: 'insufficient_scope',
      key: { status: 'active' },
    });
    await test.keystamp.validateUserApiKey(looked.apiKey, { recordUse: false });
    await test.keystamp.flush();
    expect(await test.stored(scoped.key.id)).toBeInstanceOf(Date);
    expect(await test.stored(looked.key.id)).toBeNull();
  });
});

describe('G5 a stored time ahead of the database’s clock', () => {
  const store = (id: string, interval: string) =>
    test.ground.database.query(
      `update keystamp.api_keys set last_used_at = clock_timestamp() + $2::text::interval where id = $1`,
      [id, interval],
    );

  it.each(['1 hour', '2 seconds', 'infinity', '200000 years'])(
    '(%s) is replaced by the next use',
    async (ahead) => {
      const { apiKey, key } = await test.issue();
      if (ahead === 'infinity') {
        const text = `update keystamp.api_keys set last_used_at = 'infinity' where id = $1`;
        await test.ground.database.query(text, [key.id]);
      } else {
        await store(key.id, ahead);
      }
      const before = await databaseNow();
      await test.keystamp.validateUserApiKey(apiKey);
      const after = await databaseNow();
      await test.keystamp.flush();
      const stored = (await test.stored(key.id)) as Date;
      expect(stored.getTime()).toBeGreaterThanOrEqual(before - 50);
      expect(stored.getTime()).toBeLessThanOrEqual(after + 50);
    },
  );

  it('stays as it is without a use, and is told as it is', async () => {
    const { key } = await test.issue();
    await store(key.id, '1 hour');
    await test.keystamp.flush();
    const stored = (await test.stored(key.id)) as Date;
    expect(stored.getTime()).toBeGreaterThan((await databaseNow()) + 3_500_000);
    expect((await test.keystamp.getApiKey(key.id))?.lastUsedAt).toEqual(stored);
  });
});

describe('G6 what is no use', () => {
  it.each([
    ['revoked', (id: string) => test.keystamp.revokeApiKey(id)],
    ['user_inactive', () => test.keystamp.setUserActive('ada', false)],
    [
      'expired',
      (id: string) =>
        test.ground.database.query(
          `update keystamp.api_keys set expires_at = clock_timestamp() where id = $1`,
          [id],
        ),
    ],
    ['unknown', (id: string) => test.keystamp.deleteApiKey(id)],
  ])('a refusal as %s', async (reason, spoil) => {
    const { apiKey, key } = await test.issue();
    await spoil(key.id);
    // A change by hand is heard a moment later; until then a validation is a use.
    await expect
      .poll(() => test.keystamp.validateUserApiKey(apiKey, { recordUse: false }), {
        timeout: 10_000,
      })
      .toMatchObject({ valid: false, reason });
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: false, reason });
    await test.keystamp.flush();
    expect((await test.stored(key.id)) ?? null).toBeNull();
    await test.keystamp.setUserActive('ada', true);
  });

  it('a list, a look, an edit, a rotation', async () => {
    const { key } = await test.issue();
    await test.keystamp.listApiKeys();
    await test.keystamp.getApiKey(key.id);
    await test.keystamp.updateApiKey(key.id, { name: 'Another name' });
    await test.keystamp.rotateApiKey(key.id, { graceSeconds: 60 });
    await test.keystamp.revokeApiKey(key.id);
    await test.keystamp.flush();
    expect(await test.stored(key.id)).toBeNull();
  });
});
