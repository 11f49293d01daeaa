import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystamp, type Keystamp, type RequestOrigin } from '../../src/index.js';
import { generateApiKey } from '../../src/key-format/api-key.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { FROM, issueDisabled, noteLines, present, refusalsOf } from './refused.js';

const noted = noteLines();
let test: TestKeystamp;
let keystamp: Keystamp;
beforeAll(async () => {
  test = await createTestKeystamp({ logger: noted.logger });
  ({ keystamp } = test);
});
afterAll(() => test.close());

const PAST = `update keystamp.api_keys set expires_at = now() - interval '1 s' where id = $1`;

describe('K9 a refused key whose secret was proved', () => {
  it.each<[string, (id: string, userId: string) => Promise<unknown>]>([
    ['disabled', (id) => keystamp.disableApiKey(id)],
    ['revoked', (id) => keystamp.revokeApiKey(id)],
    ['expired', (id) => test.ground.database.query(PAST, [id])],
    ['user_inactive', (_id, userId) => keystamp.setUserActive(userId, false)],
  ])('%s: is in the history once, with where it was presented', async (reason, stop) => {
    const userId = `owner of one that is ${reason}`;
    const { apiKey, key } = await test.issue({ userId, name: 'Nightly export' });
    await stop(key.id, userId);
    const from = keystamp.now().getTime();
    for (let i = 0; i < 20; i++) {
      if ((await present(keystamp, apiKey)) === 'valid') i = 0;
    }
    const to = keystamp.now().getTime();
    const events = await refusalsOf(keystamp, key.id);
    expect(events).toMatchObject([
      {
        keyId: key.id,
        keyName: 'Nightly export',
        keyPrefix: key.keyPrefix,
        userId,
        kind: 'refused',
        actor: { kind: 'key', userId, keyId: key.id, name: null },
        fromAddress: null,
        changed: null,
        refusal: { reason, route: 'GET /orders/:id', network: '192.0.2.0/24' },
      },
    ]);
    expect(events[0]?.at.getTime()).toBeGreaterThanOrEqual(from - 1_000);
    expect(events[0]?.at.getTime()).toBeLessThanOrEqual(to + 1);
    expect(noted.of('A refused key was presented.').at(-1)?.fields).toEqual({
      key: key.id,
      keyPrefix: key.keyPrefix,
      reason,
      route: 'GET /orders/:id',
      network: '192.0.2.0/24',
    });
  });

  it('K1: neither the history nor the log has the key, its hash or the address', async () => {
    const { apiKey } = await issueDisabled(test);
    await present(keystamp, apiKey, { route: `GET /v1/${apiKey}`, address: '198.51.100.77' });
    await keystamp.flush();
    const { rows } = await test.ground.database.query<{ text: string }>(
      `select string_agg(e::text, ' ') as text from keystamp.key_events e`,
    );
    const said = `${rows[0]?.text}${JSON.stringify(noted.lines)}`;
    expect(said).toContain('198.51.100.0/24');
    expect(said).not.toContain('198.51.100.77');
    expect(said).not.toContain(apiKey.slice(10, 30));
    expect(said).not.toMatch(/[\da-f]{64}/);
  });
});

describe('nothing is written of', () => {
  it('a key that is unknown or malformed', async () => {
    const before = (await keystamp.listEvents({ kind: 'refused' })).events;
    expect(await present(keystamp, generateApiKey('ks').apiKey)).toBe('unknown');
    expect(await present(keystamp, 'garbage')).toBe('malformed');
    await keystamp.flush();
    expect((await keystamp.listEvents({ kind: 'refused' })).events).toEqual(before);
  });

  it('a good key, and one that lacks a scope', async () => {
    const { apiKey, key } = await test.issue({ scopes: ['orders:read'] });
    const options = { from: FROM, scopes: ['orders:write'] };
    const refused = await keystamp.validateUserApiKey(apiKey, options);
    expect(refused).toMatchObject({ reason: 'insufficient_scope' });
    expect(await present(keystamp, apiKey)).toBe('valid');
    expect(await refusalsOf(keystamp, key.id)).toEqual([]);
  });

  it('a look that is no use', async () => {
    const { apiKey, key } = await issueDisabled(test);
    await keystamp.validateUserApiKey(apiKey, { recordUse: false, from: FROM });
    expect(await refusalsOf(keystamp, key.id)).toEqual([]);
  });
});

describe('a stop that ends and begins again within the hour', () => {
  it('is another row', async () => {
    const { apiKey, key } = await issueDisabled(test);
    expect(await present(keystamp, apiKey)).toBe('disabled');
    await keystamp.enableApiKey(key.id);
    expect(await present(keystamp, apiKey)).toBe('valid');
    await keystamp.disableApiKey(key.id);
    for (let i = 0; i < 5; i++) expect(await present(keystamp, apiKey)).toBe('disabled');
    expect(await refusalsOf(keystamp, key.id)).toHaveLength(2);
    await keystamp.revokeApiKey(key.id);
    expect(await present(keystamp, apiKey)).toBe('revoked');
    const reasons = (await refusalsOf(keystamp, key.id)).map(({ refusal }) => refusal?.reason);
    expect(reasons).toEqual(['revoked', 'disabled', 'disabled']);
  });

  it('is none where only the name or the note of the key changed', async () => {
    const { apiKey, key } = await issueDisabled(test);
    expect(await present(keystamp, apiKey)).toBe('disabled');
    await keystamp.updateApiKey(key.id, { name: 'Another', note: 'who needs it?' });
    expect(await present(keystamp, apiKey)).toBe('disabled');
    expect(await refusalsOf(keystamp, key.id)).toHaveLength(1);
  });
});

it('two instances that refuse a key at once write one row', async () => {
  const other = await createKeystamp({ database: await test.ground.open() });
  try {
    const keys = await Promise.all(Array.from({ length: 20 }, () => issueDisabled(test)));
    for (const { apiKey } of keys) {
      const both = [present(keystamp, apiKey), present(other, apiKey)];
      expect(await Promise.all(both)).toEqual(['disabled', 'disabled']);
    }
    await Promise.all([keystamp.flush(), other.flush()]);
    for (const { key } of keys) expect(await refusalsOf(other, key.id)).toHaveLength(1);
  } finally {
    await other.close();
  }
});

it('close() writes what is pending', async () => {
  const instance = await createKeystamp({ database: await test.ground.open() });
  const { apiKey, key } = await issueDisabled(test);
  await present(instance, apiKey);
  await instance.close();
  expect(await refusalsOf(keystamp, key.id)).toHaveLength(1);
});

it('K6: an origin that is no object is refused by its name', async () => {
  const { apiKey } = await test.issue();
  for (const from of ['GET /', null, 7] as unknown as RequestOrigin[]) {
    const validating = keystamp.validateUserApiKey(apiKey, { from });
    await expect(validating).rejects.toThrow('from: expected an object with route and address');
  }
});

it('G1: the origin of a good key is not read', async () => {
  const { apiKey } = await test.issue();
  const unread: RequestOrigin = {
    get route(): string {
      throw new Error('The route was read.');
    },
    get address(): string {
      throw new Error('The address was read.');
    },
  };
  let reads = 0;
  const from = new Proxy(unread, {
    get: (target, name) => {
      reads++;
      return Reflect.get(target, name);
    },
  });
  for (let i = 0; i < 100; i++) expect(await present(keystamp, apiKey, from)).toBe('valid');
  expect(reads).toBe(0);
  const stopped = await issueDisabled(test);
  expect(await present(keystamp, stopped.apiKey, from)).toBe('disabled');
  expect(reads).toBe(2);
});
