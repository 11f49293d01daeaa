import fastify from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { authenticateApiKey } from '../../src/middleware/fastify.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

async function statuses(app: ReturnType<typeof fastify>, ...urls: string[]) {
  const answers = await Promise.all(urls.map((url) => app.inject(url)));
  return answers.map(({ statusCode }) => statusCode);
}

it('a route is guarded whether it is registered before the plugin, after it or below it; so is what is not found', async () => {
  const app = fastify();
  app.get('/before', async () => 'open');
  app.register(authenticateApiKey, { keystamp: test.keystamp });
  app.get('/after', async () => 'open');
  app.register(async (inner) => {
    inner.get('/below', async () => 'open');
  });
  app.get('/public', { config: { apiKey: false } }, async () => 'open');
  expect(await statuses(app, '/before', '/after', '/below', '/nothing')).toEqual([
    401, 401, 401, 401,
  ]);
  expect(await statuses(app, '/public')).toEqual([200]);
});

it('the plugin guards the context that it is registered in, and not those beside it', async () => {
  const app = fastify();
  app.get('/', async () => 'open');
  app.register(async (inner) => {
    await inner.register(authenticateApiKey, { keystamp: test.keystamp });
    inner.get('/inner', async () => 'guarded');
  });
  expect(await statuses(app, '/', '/inner')).toEqual([200, 401]);
});

it('a refusal is told in full where the route has a schema of its own for the status', async () => {
  const app = fastify();
  await app.register(authenticateApiKey, { keystamp: test.keystamp });
  const response = { 401: { type: 'object', properties: { reason: { type: 'string' } } } };
  app.get('/', { schema: { response } }, async () => 'guarded');
  expect((await app.inject('/')).json()).toMatchObject({
    status: 401,
    type: 'urn:keystamp:problem:no_api_key',
  });
});

it('K6: a wrong scope stops the start, and names the field', async () => {
  const options = { keystamp: test.keystamp, scopes: ['a b'] };
  await expect(fastify().register(authenticateApiKey, options)).rejects.toThrow(/^scopes\[0\]:/);
  const app = fastify();
  await app.register(authenticateApiKey, { keystamp: test.keystamp });
  const config = { apiKey: { scopes: ['"'] } };
  expect(() => app.get('/', { config }, async () => 'guarded')).toThrow(/^scopes\[0\]:/);
});

it('a route that says one thing keeps what else the plugin requires', async () => {
  const { apiKey } = await test.issue({ scopes: ['orders:read'] });
  const app = fastify();
  await app.register(authenticateApiKey, { keystamp: test.keystamp, scopes: ['admin'] });
  app.get('/optional', { config: { apiKey: { optional: true } } }, async () => 'guarded');
  const nothing = { scopes: undefined } as object;
  app.get('/nothing', { config: { apiKey: nothing } }, async () => 'guarded');
  app.get('/own', { config: { apiKey: { scopes: ['orders:read'] } } }, async () => 'guarded');
  const headers = { 'x-api-key': apiKey };
  const statusOf = async (url: string) => (await app.inject({ url, headers })).statusCode;
  expect(await statusOf('/optional')).toBe(403);
  expect(await statusOf('/nothing')).toBe(403);
  expect(await statusOf('/own')).toBe(200);
  expect((await app.inject('/optional')).statusCode).toBe(200);
});
