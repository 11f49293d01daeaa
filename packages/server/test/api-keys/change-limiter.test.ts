import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RefusalPace } from '../../src/http/refusal-pace.js';
import { ChangeLimiter } from '../../src/routes/api-keys/change-limiter.js';
import { createTestServer, type TestServer } from '../support/test-server.js';

const done = async () => 'done';
/** Holds no refusal back. */
const noHold = new RefusalPace({ refusalHoldMs: 0, refusalGapMs: 0, longestRefusalHoldMs: 0 });

describe('K4: the changes of one user', () => {
  it('are limited in a minute, and go on as time passes', async () => {
    let now = 0;
    const limits = { perMinute: 60, atOnce: 100 };
    const limiter = new ChangeLimiter(limits, noHold, () => now);
    for (let i = 0; i < 60; i++) await limiter.run('ada', done);
    const refused = { status: 429, extra: { headers: { 'retry-after': '1' } } };
    await expect(limiter.run('ada', done)).rejects.toMatchObject(refused);
    expect(await limiter.run('bob', done)).toBe('done');
    now += 1_000;
    expect(await limiter.run('ada', done)).toBe('done');
    await expect(limiter.run('ada', done)).rejects.toMatchObject(refused);
    now += 10 * 60_000;
    for (let i = 0; i < 60; i++) await limiter.run('ada', done);
    await expect(limiter.run('ada', done)).rejects.toMatchObject(refused);
  });

  it('say how long to wait where they are rare', async () => {
    const limiter = new ChangeLimiter({ perMinute: 2, atOnce: 1 }, noHold, () => 0);
    for (let i = 0; i < 2; i++) await limiter.run('ada', done);
    await expect(limiter.run('ada', done)).rejects.toMatchObject({
      extra: { headers: { 'retry-after': '30' } },
    });
  });

  it('are limited at once, until each has ended, by whatever end', async () => {
    const limiter = new ChangeLimiter({ perMinute: 100, atOnce: 2 }, noHold);
    let fail = (_error: Error) => {};
    const breaking = new Promise<void>((_, reject) => {
      fail = reject;
    });
    const failing = limiter.run('ada', () => breaking);
    const refused = expect(failing).rejects.toThrow('broken');
    const nested = limiter.run('ada', async () => {
      await expect(limiter.run('ada', done)).rejects.toMatchObject({ status: 429 });
      return limiter.run('bob', done);
    });
    expect(await nested).toBe('done');
    fail(new Error('broken'));
    await refused;
    for (let i = 0; i < 5; i++) expect(await limiter.run('ada', done)).toBe('done');
  });
});

describe('the routes that change keys', () => {
  let server: TestServer;
  let cookie: string;
  beforeAll(async () => {
    server = await createTestServer({ env: { KEYSTAMP_KEY_CHANGES_PER_MINUTE: '1' } });
    for (const name of ['ada', 'bob']) await server.addUser(name);
    cookie = await server.signIn('ada');
  });
  afterAll(() => server.close());

  const create = (by: string) =>
    server.send({ method: 'POST', url: '/api/api-keys', payload: { name: 'A key' }, cookie: by });

  it('answer 429 with a problem document and the time to wait, to that user alone', async () => {
    const { id } = (await create(cookie)).json().info;
    const refused = await create(cookie);
    expect(refused.statusCode).toBe(429);
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(refused.json()).toEqual({
      type: 'urn:keystamp:problem:too_many_changes',
      title: 'Too Many Requests',
      status: 429,
      detail: `Too many changes of keys by this user. Try again in ${seconds} seconds.`,
    });
    const url = `/api/api-keys/${id}`;
    expect((await server.send({ method: 'DELETE', url, cookie })).statusCode).toBe(429);
    expect((await server.send({ url, cookie })).statusCode).toBe(200);
    expect((await create(await server.signIn('bob'))).statusCode).toBe(201);
  });

  it('all say so in the API document', async () => {
    const { paths } = (await server.send({ url: '/openapi.json' })).json();
    const changing = Object.entries<Record<string, { responses: object }>>(paths)
      .filter(([path]) => path.startsWith('/api/api-keys'))
      .flatMap(([, methods]) => Object.entries(methods))
      .filter(([method]) => method !== 'get');
    expect(changing.length).toBeGreaterThan(5);
    for (const [, { responses }] of changing) expect(responses).toHaveProperty('429');
  });
});
