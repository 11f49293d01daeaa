import fastify from 'fastify';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import { authenticate } from '../../src/http/index.js';
import { authenticateApiKey as forExpress } from '../../src/middleware/express.js';
import { authenticateApiKey as forFastify } from '../../src/middleware/fastify.js';
import { authenticateApiKey as forHono } from '../../src/middleware/hono.js';
import { createWithApiKey } from '../../src/middleware/next.js';
import { authenticateApiKey as forWeb } from '../../src/middleware/web.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

/** How each is made; it throws, or rejects. */
type Make = (keystamp: never, requirement: object) => unknown;
const MIDDLEWARE: Record<string, Make> = {
  express: (keystamp, requirement) => forExpress(keystamp, requirement),
  hono: (keystamp, requirement) => forHono(keystamp, requirement),
  web: (keystamp, requirement) => forWeb(keystamp, requirement),
  fastify: (keystamp, requirement) => fastify().register(forFastify, { keystamp, ...requirement }),
};
const made = async (make: Make, keystamp: unknown, requirement: object = {}) =>
  await make(keystamp as never, requirement);

describe.each(Object.entries(MIDDLEWARE))('%s', (_, make) => {
  it('K6 a misspelt requirement guards nothing, and is refused at the start', async () => {
    await expect(made(make, test.keystamp, { scope: ['a'] })).rejects.toThrow(
      'scope: expected a known name; the nearest is scopes',
    );
  });

  it.each([
    [{ scopes: 'orders:read' }, 'scopes: expected a list'],
    [{ scopes: null }, 'scopes: expected a list'],
    [{ scopes: [5] }, 'scopes[0]: expected a scope'],
    [{ scopes: new Array(1) }, 'scopes[0]: expected a scope'],
    [{ optional: 'no' }, 'optional: expected true or false'],
    [{ optional: null }, 'optional: expected true or false'],
    [{ carriers: 'basic' }, "carriers: expected a list of one or more of 'x-api-key', 'bearer'"],
    [{ carriers: [] }, 'carriers: expected a list of one or more'],
    [{ carriers: null }, 'carriers: expected a list of one or more'],
    [{ carriers: ['basic', 'cookie'] }, 'carriers: expected a list of one or more'],
    [{ carriers: ['basic', 'basic'] }, 'carriers: expected a list of one or more'],
    [{ realm: 'a "quoted" one' }, 'realm: expected 1 to 100 printable ASCII characters'],
    [{ realm: 'a\r\nX-Admin: 1' }, 'realm: expected 1 to 100 printable ASCII characters'],
    [{ realm: '' }, 'realm: expected 1 to 100 printable ASCII characters'],
    [{ realm: null }, 'realm: expected 1 to 100 printable ASCII characters'],
  ])('K6 the requirement %o is refused at the start', async (requirement, message) => {
    await expect(made(make, test.keystamp, requirement)).rejects.toThrow(message);
  });

  it.each([
    ['nothing', undefined],
    ['an instance that was not awaited', Promise.resolve({})],
  ])('K6 %s is no instance', async (_, keystamp) => {
    await expect(made(make, keystamp)).rejects.toThrow('keystamp: expected what createKeystamp');
  });
});

it('K6 fastify: a misspelt requirement of a route stops the start; options of Fastify itself do not', async () => {
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

it.each<[unknown, string]>([
  [null, 'requirement: expected an object'],
  [true, 'requirement: expected an object'],
  [['orders:read'], 'requirement: expected an object'],
  [{ scopes: null }, 'scopes: expected a list'],
  [{ optional: 1 }, 'optional: expected true or false'],
])('K6 the requirement %o of a route is refused where it is declared', (requirement, message) => {
  const { keystamp } = test;
  expect(() => forExpress(keystamp, requirement as never)).toThrow(message);
  expect(() => forHono(keystamp, requirement as never)).toThrow(message);
  expect(() => forWeb(keystamp, requirement as never)).toThrow(message);
  const withApiKey = createWithApiKey(() => keystamp);
  expect(() => withApiKey(() => new Response(), requirement as never)).toThrow(message);
});

it('K6 next: what is no handler, and what is no `after`, is refused where it is declared', () => {
  const open = () => test.keystamp;
  expect(() => createWithApiKey(open)({} as never)).toThrow('handler: expected a route handler');
  expect(() => createWithApiKey(open, { after: true } as never)).toThrow('after: expected');
  expect(() => createWithApiKey(open, { afer() {} } as never)).toThrow('the nearest is after');
});

it.each<[object, string]>([
  [{ adress: () => '127.0.0.1' }, 'the nearest is address'],
  [{ address: '127.0.0.1' }, 'address: expected a function'],
  [{ route: 7 }, 'route: expected the pattern'],
  [{ waitUntil: true }, 'waitUntil: expected a function'],
])('K6 web: the surroundings %o let no request pass', async (surroundings, message) => {
  const { apiKey } = await test.issue();
  const request = new Request('http://localhost/', { headers: { 'x-api-key': apiKey } });
  const asking = forWeb(test.keystamp)(request, surroundings as never);
  await expect(asking).rejects.toThrow(message);
});

it('K6 web: a function that gives no instance lets no request pass', async () => {
  const request = new Request('http://localhost/');
  const asking = forWeb((() => undefined) as never, { optional: true })(request);
  await expect(asking).rejects.toThrow('keystamp: expected what createKeystamp');
});

it('K6 a requirement that changes after it was declared does not count', async () => {
  const { apiKey } = await test.issue({ scopes: ['orders:write'] });
  const requirement = { scopes: ['orders:read'] };
  const app = new Hono().get('/', forHono(test.keystamp, requirement), (c) => c.text('let in'));
  requirement.scopes.pop();
  expect((await app.request('/', { headers: { 'x-api-key': apiKey } })).status).toBe(403);
});

it('K6 keystamp/http: a wrong requirement is thrown, not dropped', async () => {
  const credentials = { apiKeys: [], authorizations: [] };
  const presented = () => ({ request: {}, url: '/', credentials });
  for (const requirement of [{ scope: ['a'] }, { optional: 'no' }, { scopes: 'a' }]) {
    const asking = authenticate(test.keystamp, presented(), requirement as never);
    await expect(asking).rejects.toThrow(ArgumentError);
  }
});

it('K6 validateUserApiKey: one scope is not a list of them', async () => {
  const { apiKey } = await test.issue({ scopes: ['orders:read'] });
  const asking = test.keystamp.validateUserApiKey(apiKey, { scopes: 'orders:read' as never });
  await expect(asking).rejects.toThrow('scopes: expected a list of scopes');
});
