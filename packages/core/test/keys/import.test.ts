import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

const sha256 = (text: string) => createHash('sha256').update(text).digest();

describe('keys imported by their hash', () => {
  it('are looked up in any shape only while there are some', async () => {
    const foreign = 'live-0123456789';
    expect(await test.keystamp.validateUserApiKey(foreign)).toMatchObject({ reason: 'malformed' });
    const lastUsedAt = new Date('2024-05-01T12:00:00.123Z');
    const outcomes = await test.keystamp.importApiKeys([
      {
        keyHash: sha256(foreign),
        userId: 'grace',
        name: 'Old',
        keyPrefix: 'live-0',
        scopes: ['a', 'b'],
        lastUsedAt,
      },
    ]);
    expect(outcomes).toEqual(['imported']);
    const { keys } = await test.keystamp.listApiKeys({ userId: 'grace' });
    expect(keys).toMatchObject([
      { name: 'Old', keyPrefix: 'live-0', scopes: ['a', 'b'], lastUsedAt },
    ]);
    expect(await test.keystamp.validateUserApiKey(foreign)).toMatchObject({ valid: true });
    expect(await test.keystamp.validateUserApiKey('live-other')).toMatchObject({
      reason: 'unknown',
    });
    expect(await test.keystamp.validateUserApiKey('x'.repeat(513))).toMatchObject({
      reason: 'malformed',
    });

    await test.keystamp.deleteApiKey((keys[0] as { id: string }).id);
    await expect
      .poll(() => test.keystamp.validateUserApiKey(foreign), { timeout: 10_000 })
      .toMatchObject({ reason: 'malformed' });
  });

  it('leave a key of the same hash as it is', async () => {
    const one = { keyHash: sha256('twice'), userId: 'grace', name: 'First' };
    expect(await test.keystamp.importApiKeys([one, { ...one, name: 'Second' }])).toEqual([
      'imported',
      'exists',
    ]);
    expect(await test.keystamp.importApiKeys([{ ...one, name: 'Third' }])).toEqual(['exists']);
    const { keys } = await test.keystamp.listApiKeys({ keyHash: sha256('twice') });
    expect(keys.map(({ name }) => name)).toEqual(['First']);
  });

  it('G6 G10 that were never used stay so, and a use by a clock that is ahead was just now', async () => {
    const ofGrace = { userId: 'grace', name: 'Idle' };
    const [none, left, ahead] = ['none', 'left out', 'ahead'].map(sha256) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    const before = Date.now();
    await test.keystamp.importApiKeys([
      { ...ofGrace, keyHash: none, lastUsedAt: null },
      { ...ofGrace, keyHash: left, createdAt: new Date('2020-01-01T00:00:00Z') },
      { ...ofGrace, keyHash: ahead, lastUsedAt: new Date(before + 45_000) },
    ]);
    const lastUseOf = async (keyHash: Buffer) =>
      (await test.keystamp.listApiKeys({ keyHash })).keys[0]?.lastUsedAt;
    expect(await lastUseOf(none)).toBeNull();
    expect(await lastUseOf(left)).toBeNull();
    expect((await lastUseOf(ahead))?.getTime()).toBeLessThan(before + 40_000);
  });

  it('K6 are refused, all of them, where a user is named by the address of another', async () => {
    await test.ground.database.query(
      `insert into keystamp.users (id, email) values ('u-7', 'Mary@Example.com')`,
    );
    const good = { keyHash: sha256('of mary'), userId: 'u-7', name: 'Good' };
    const wrong = { ...good, keyHash: sha256('of a ghost'), userId: 'Mary@example.com' };
    await expect(test.keystamp.importApiKeys([good, wrong])).rejects.toThrow(
      'keys[1].userId: expected the id of a user; this is the address of one',
    );
    for (const userId of ['mary@example.com', 'Mary@Example.com', 'MARY@example.com']) {
      await expect(test.keystamp.createApiKey({ userId, name: 'Ghost' })).rejects.toThrow(
        'userId: expected the id of a user; this is the address of one',
      );
    }
    const { rows } = await test.ground.database.query(
      `select id from keystamp.users where lower(id) = 'mary@example.com'`,
    );
    expect(rows).toEqual([]);
    // Where nobody has the address, an id may look like one: it is the service's own.
    const own = { userId: 'Own@example.com', name: 'Own' };
    expect((await test.keystamp.createApiKey(own)).key.userId).toBe('Own@example.com');
    expect((await test.keystamp.listApiKeys({ userId: 'u-7' })).keys).toEqual([]);
  });

  it.each([
    [
      { keyHash: Buffer.alloc(31) },
      'keys[1].keyHash: expected 32 bytes, the SHA-256 of a whole key',
    ],
    [{ name: ' ' }, 'keys[1].name: expected a text of 1 to 100'],
    [
      { keyPrefix: 'x'.repeat(17) },
      'keys[1].keyPrefix: expected at most 16 printable ASCII characters',
    ],
    [{ scopes: ['a b'] }, 'keys[1].scopes[0]: expected a scope'],
    [{ lastUsedAt: new Date(Number.NaN) }, 'keys[1].lastUsedAt: expected a time in the past'],
    [
      { lastUsedAt: new Date(Date.now() + 3_600_000) },
      'keys[1].lastUsedAt: expected a time in the past, from the year 1 on',
    ],
    [
      { createdAt: new Date(Date.now() + 3_600_000) },
      'keys[1].createdAt: expected a time in the past, from the year 1 on',
    ],
    [
      { keyHash: sha256('s3cret'), keyPrefix: 's3cret' },
      'keys[1].keyPrefix: expected another text than the whole key',
    ],
    [
      { keyHash: sha256('an old secret'), name: 'an old secret' },
      'keys[1].name: expected another text than the whole key',
    ],
  ])('K6 refuse %o and import nothing', async (wrong, message) => {
    const good = { keyHash: sha256(JSON.stringify(wrong)), userId: 'grace', name: 'Good' };
    const importing = test.keystamp.importApiKeys([good, { ...good, ...wrong }]);
    await expect(importing).rejects.toThrow(message);
    expect((await test.keystamp.listApiKeys({ keyHash: good.keyHash })).keys).toEqual([]);
  });
});

describe('a token of Laravel Sanctum, of which only the part behind the | is hashed', () => {
  const secret = 'Qx0123456789abcdefghijklmnopqrstuvwxyz01';

  it('is known by its whole text as by its secret, whatever the number', async () => {
    await test.keystamp.importApiKeys([
      { keyHash: sha256(secret), userId: 'taylor', name: 'Token' },
      { keyHash: sha256('12|another-system-0123456789'), userId: 'taylor', name: 'Whole' },
    ]);
    for (const text of [`7|${secret}`, `8|${secret}`, secret]) {
      expect(await test.keystamp.validateUserApiKey(text)).toMatchObject({
        valid: true,
        key: { name: 'Token' },
      });
    }
    // Where the hash is of the whole text, the part behind the | is no key.
    const whole = await test.keystamp.validateUserApiKey('12|another-system-0123456789');
    expect(whole).toMatchObject({ valid: true, key: { name: 'Whole' } });
    expect(await test.keystamp.validateUserApiKey('another-system-0123456789')).toMatchObject({
      reason: 'unknown',
    });
    expect(await test.keystamp.validateUserApiKey(`|${secret}`)).toMatchObject({
      reason: 'unknown',
    });
  });

  it('is one refusal where nobody knows it', async () => {
    const { refusals } = test.keystamp.health().counts;
    const before = refusals.unknown ?? 0;
    const answer = await test.keystamp.validateUserApiKey(`7|${secret.toLowerCase()}`);
    expect(answer).toMatchObject({ reason: 'unknown' });
    expect(test.keystamp.health().counts.refusals.unknown).toBe(before + 1);
  });

  it('is no way to a key of ours with a number before it', async () => {
    const { apiKey } = await test.keystamp.createApiKey({ userId: 'taylor', name: 'Ours' });
    expect(await test.keystamp.validateUserApiKey(`7|${apiKey}`)).toMatchObject({
      reason: 'unknown',
    });
  });
});

describe('an import in a transaction of the caller', () => {
  it('is undone with it, and known once it is committed', async () => {
    const key = { keyHash: sha256('in a session'), userId: 'grace', name: 'Session' };
    const attempt = async (end: 'commit' | 'rollback') => {
      const session = await test.keystamp.database.connect();
      await session.query('begin');
      const outcomes = await test.keystamp.importApiKeys([key], { session });
      await session.query(end);
      session.release();
      return outcomes;
    };
    expect(await attempt('rollback')).toEqual(['imported']);
    const { keys } = await test.keystamp.listApiKeys({ keyHash: key.keyHash });
    expect(keys).toEqual([]);
    expect(await attempt('commit')).toEqual(['imported']);
    await expect
      .poll(() => test.keystamp.validateUserApiKey('in a session'), { timeout: 10_000 })
      .toMatchObject({ valid: true });
  });
});
