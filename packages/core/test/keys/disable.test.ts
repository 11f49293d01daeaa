import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

const inAnHour = () => new Date(Date.now() + 3_600_000);

describe('disabling and enabling', () => {
  it('stops a key at once, and enabling lets it work again', async () => {
    const { apiKey, key } = await test.issue();
    const disabled = await test.keystamp.disableApiKey(key.id);
    expect(disabled).toMatchObject({ status: 'disabled', disabledNow: true, revokedAt: null });
    expect(disabled?.disabledAt).toBeInstanceOf(Date);
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({
      valid: false,
      reason: 'disabled',
      key: { id: key.id, status: 'disabled' },
    });
    expect(await test.keystamp.enableApiKey(key.id)).toMatchObject({
      status: 'active',
      disabledAt: null,
      enabledNow: true,
    });
    expect(await test.keystamp.validateUserApiKey(apiKey)).toMatchObject({ valid: true });
  });

  it('changes nothing the second time, and keeps the first time', async () => {
    const { key } = await test.issue();
    const first = await test.keystamp.disableApiKey(key.id);
    expect(await test.keystamp.disableApiKey(key.id)).toMatchObject({
      disabledNow: false,
      disabledAt: first?.disabledAt,
    });
    await test.keystamp.enableApiKey(key.id);
    expect(await test.keystamp.enableApiKey(key.id)).toMatchObject({ enabledNow: false });
    const { events } = await test.keystamp.listEvents({ keyId: key.id });
    expect(events.map(({ kind }) => kind)).toEqual(['enabled', 'disabled', 'created']);
  });

  it('reaches no key of another user, and none that is missing', async () => {
    const { key } = await test.issue();
    expect(await test.keystamp.disableApiKey(key.id, { userId: 'eve' })).toBeNull();
    expect(await test.keystamp.enableApiKey(key.id, { userId: 'eve' })).toBeNull();
    expect(await test.keystamp.disableApiKey(randomUUID())).toBeNull();
    expect((await test.keystamp.getApiKey(key.id))?.status).toBe('active');
  });

  it('leaves a revoked key revoked', async () => {
    const { key } = await test.issue();
    await test.keystamp.disableApiKey(key.id);
    expect(await test.keystamp.revokeApiKey(key.id)).toMatchObject({ status: 'revoked' });
    const refused = { code: 'key_revoked' };
    await expect(test.keystamp.disableApiKey(key.id)).rejects.toMatchObject(refused);
    await expect(test.keystamp.enableApiKey(key.id)).rejects.toMatchObject(refused);
  });

  it('may be done to an expired key, which stays expired', async () => {
    const { key } = await test.issue();
    await test.ground.database.query(
      `update keystamp.api_keys set expires_at = now() - interval '1 hour' where id = $1`,
      [key.id],
    );
    expect(await test.keystamp.disableApiKey(key.id)).toMatchObject({ status: 'expired' });
    expect(await test.keystamp.updateApiKey(key.id, { expiresAt: inAnHour() })).toMatchObject({
      status: 'disabled',
    });
  });

  it('a disabled key gets no successor, and no new text', async () => {
    const idempotencyKey = randomUUID();
    const { key } = await test.issue({ idempotencyKey });
    await test.keystamp.disableApiKey(key.id);
    await expect(test.keystamp.rotateApiKey(key.id)).rejects.toMatchObject({
      code: 'key_disabled',
    });
    await expect(test.issue({ idempotencyKey })).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
  });

  it('is listed by its status, and is not among the active and unused', async () => {
    const userId = randomUUID();
    const { key } = await test.issue({ userId });
    await test.keystamp.disableApiKey(key.id);
    const idsOf = async (query: object) =>
      (await test.keystamp.listApiKeys({ userId, ...query })).keys.map(({ id }) => id);
    expect(await idsOf({ status: 'disabled' })).toEqual([key.id]);
    expect(await idsOf({ status: 'active' })).toEqual([]);
    expect(await idsOf({ unusedFor: 'never' })).toEqual([]);
  });
});

describe('disabling many keys', () => {
  it('gives one outcome a key, and leaves a key alone that was used since it was looked at', async () => {
    const [idle, used, stopped, revoked] = await Promise.all(
      Array.from({ length: 4 }, () => test.issue()),
    );
    const keys = [idle, used, stopped, revoked].map((issued) => issued?.key as never);
    await test.keystamp.validateUserApiKey(used?.apiKey as string);
    await test.keystamp.disableApiKey(stopped?.key.id as string);
    await test.keystamp.revokeApiKey(revoked?.key.id as string);
    const missing = { id: randomUUID(), lastUsedAt: null };
    const outcomes = await test.keystamp.disableApiKeys([...keys, missing]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'disabled',
      'used_meanwhile',
      'already',
      'already',
      'not_found',
    ]);
    expect(await test.keystamp.validateUserApiKey(used?.apiKey as string)).toMatchObject({
      valid: true,
    });
    expect(await test.keystamp.validateUserApiKey(idle?.apiKey as string)).toMatchObject({
      reason: 'disabled',
    });
  });
});
