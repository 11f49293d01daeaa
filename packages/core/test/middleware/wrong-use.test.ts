import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticateApiKey as forExpress } from '../../src/middleware/express.js';
import { authenticateApiKey as forFastify } from '../../src/middleware/fastify.js';
import { authenticateApiKey as forHono } from '../../src/middleware/hono.js';
import { createWithApiKey } from '../../src/middleware/next.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

/** How each is made; it throws, or rejects. */
type Make = (keystamp: never, demand: object) => unknown;
const MIDDLEWARE: Record<string, Make> = {
  express: (keystamp, demand) => forExpress(keystamp, demand),
  hono: (keystamp, demand) => forHono(keystamp, demand),
  fastify: (keystamp, demand) => fastify().register(forFastify, { keystamp, ...demand }),
};
const made = async (make: Make, keystamp: unknown, demand: object = {}) =>
  await make(keystamp as never, demand);

describe.each(Object.entries(MIDDLEWARE))('%s', (_, make) => {
  it('K6 a misspelt demand guards nothing, and is refused at the start', async () => {
    await expect(made(make, test.keystamp, { scope: ['a'] })).rejects.toThrow(
      'scope: expected a known name; the nearest is scopes',
    );
  });

  it.each([
    ['nothing', undefined],
    ['an instance that was not awaited', Promise.resolve({})],
  ])('K6 %s is no instance', async (_, keystamp) => {
    await expect(made(make, keystamp)).rejects.toThrow('keystamp: expected what createKeystamp');
  });
});

it('K6 fastify: a misspelt demand of a route stops the start; options of Fastify itself do not', async () => {
  const app = fastify();
  const options = { keystamp: test.keystamp, prefix: '/v1', logLevel: 'warn' as const };
  await app.register(forFastify, options);
  const config = { apiKey: { scope: ['a'] } } as object;
  expect(() => app.get('/', { config }, async () => 'guarded')).toThrow('the nearest is scopes');
});

it('K6 next: an instance is not the function that gives it', async () => {
  expect(() => createWithApiKey(test.keystamp as never)).toThrow('open: expected a function');
  expect(() =>
    createWithApiKey(() => test.keystamp)(() => new Response(), { scope: ['a'] } as never),
  ).toThrow('the nearest is scopes');
});

it('K6 validateUserApiKey: one scope is not a list of them', async () => {
  const { apiKey } = await test.issue({ scopes: ['orders:read'] });
  const asking = test.keystamp.validateUserApiKey(apiKey, { scopes: 'orders:read' as never });
  await expect(asking).rejects.toThrow('scopes: expected a list of scopes');
});
