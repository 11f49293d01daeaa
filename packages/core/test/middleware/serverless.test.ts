import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticateApiKey } from '../../src/middleware/hono.js';
import { createWithApiKey } from '../../src/middleware/next.js';
import { authenticateApiKey as forWeb } from '../../src/middleware/web.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  // By itself a use would wait longer than any test.
  test = await createTestKeystamp({ flushIntervalMs: 10_000 });
});
afterAll(() => test.close());

function requestWith(apiKey: string): Request {
  return new Request('http://localhost/', { headers: { 'x-api-key': apiKey } });
}

describe('where the process stops after an answer, the platform is asked to wait for the flush', () => {
  it.each([
    [200, []],
    [403, ['other']],
  ])('Hono: by executionCtx.waitUntil, after %i too', async (status, scopes) => {
    const { apiKey, key } = await test.issue({ scopes });
    const app = new Hono();
    app.get('/', authenticateApiKey(test.keystamp, { scopes: ['orders:read'] }), (c) => c.text(''));
    const waitedFor: Promise<unknown>[] = [];
    const waitUntil = (task: Promise<unknown>) => {
      waitedFor.push(task);
    };
    const platform = { waitUntil, passThroughOnException() {}, props: {} };
    expect((await app.fetch(requestWith(apiKey), {}, platform)).status).toBe(status);
    expect(waitedFor).toHaveLength(1);
    await Promise.all(waitedFor);
    expect(await test.stored(key.id)).not.toBeNull();
  });

  it.each([
    [200, []],
    [403, ['other']],
  ])('Next.js: by after(), after %i too', async (status, scopes) => {
    const { apiKey, key } = await test.issue({ scopes });
    const later: (() => Promise<void>)[] = [];
    const withApiKey = createWithApiKey(() => test.keystamp, { after: (task) => later.push(task) });
    const GET = withApiKey(() => new Response(), { scopes: ['orders:read'] });
    const context = { params: Promise.resolve({}) };
    expect((await GET(requestWith(apiKey), context)).status).toBe(status);
    expect(later).toHaveLength(1);
    for (const task of later) await task();
    expect(await test.stored(key.id)).not.toBeNull();
  });

  it.each([
    [null, []],
    [403, ['other']],
  ])('web: by the waitUntil of the call, after %s too', async (status, scopes) => {
    const { apiKey, key } = await test.issue({ scopes });
    const waitedFor: Promise<unknown>[] = [];
    const waitUntil = (task: Promise<void>) => void waitedFor.push(task);
    const authenticate = forWeb(test.keystamp, { scopes: ['orders:read'] });
    const { response } = await authenticate(requestWith(apiKey), { waitUntil });
    expect(response?.status ?? null).toBe(status);
    expect(waitedFor).toHaveLength(1);
    await Promise.all(waitedFor);
    expect(await test.stored(key.id)).not.toBeNull();
  });
});

it('a Next.js route handler gets its own context beside the key', async () => {
  const { apiKey, key } = await test.issue();
  const withApiKey = createWithApiKey(() => test.keystamp);
  const GET = withApiKey<{ params: Promise<{ id: string }> }>(async (request, context) => {
    const { id } = await context.params;
    return Response.json([id, request.method, context.apiKey.key.id]);
  });
  const answer = await GET(requestWith(apiKey), { params: Promise.resolve({ id: '7' }) });
  expect(await answer.json()).toEqual(['7', 'GET', key.id]);
});

it('what a Next.js route handler itself throws is its own', async () => {
  const { apiKey } = await test.issue();
  const lost = Object.assign(new Error('the orders are away'), { code: 'database_unavailable' });
  const GET = createWithApiKey(() => test.keystamp)(() => Promise.reject(lost));
  const answer = GET(requestWith(apiKey), { params: Promise.resolve({}) });
  await expect(answer).rejects.toBe(lost);
});

it('the database of a Next.js app is opened for a request, not before', async () => {
  let opened = 0;
  const open = () => {
    opened++;
    return test.keystamp;
  };
  const GET = createWithApiKey(open)(() => new Response());
  expect(opened).toBe(0);
  const { apiKey } = await test.issue();
  await GET(requestWith(apiKey), { params: Promise.resolve({}) });
  expect(opened).toBe(1);
});
