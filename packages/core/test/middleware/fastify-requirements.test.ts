import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticateApiKey } from '../../src/middleware/fastify.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

let test: TestKeystamp;
let apiKey: string;
beforeAll(async () => {
  test = await createTestKeystamp();
  apiKey = (await test.issue()).apiKey;
});
afterAll(() => test.close());

const requiring = (apiKey: unknown) => ({ config: { apiKey } as object });
const handler = async () => 'let in';
const plugin = () => ({ keystamp: test.keystamp });

describe('K6 fastify: a wrong requirement of a route is never dropped', () => {
  const wrong: [requirement: unknown, message: string][] = [
    [{ scope: ['zzz'] }, 'scope: expected a known name; the nearest is scopes'],
    [{ scopes: 'zzz' }, 'scopes: expected a list of at most 50 scopes'],
    [{ scopes: null }, 'scopes: expected a list'],
    [{ scopes: ['a b'] }, 'scopes[0]: expected a scope like orders:read'],
    [{ scopes: new Array(1) }, 'scopes[0]: expected a scope like orders:read'],
    [{ optional: 'no' }, 'optional: expected true or false'],
    [['orders:read'], 'apiKey: expected false, or a requirement like'],
    [true, 'apiKey: expected false, or a requirement like'],
    [null, 'apiKey: expected false, or a requirement like'],
    [0, 'apiKey: expected false, or a requirement like'],
  ];

  it.each(wrong)(
    '%o throws where the route is declared, after an awaited register',
    async (requirement, message) => {
      const app = fastify();
      await app.register(authenticateApiKey, plugin());
      expect(() => app.get('/orders', requiring(requirement), handler)).toThrow(message);
    },
  );

  it.each(wrong)(
    '%o stops the start, after a register that is not awaited',
    async (requirement, message) => {
      const app = fastify();
      app.register(authenticateApiKey, plugin());
      app.get('/orders', requiring(requirement), handler);
      await expect(app.ready()).rejects.toThrow(`GET /orders, ${message}`);
    },
  );

  it.each(wrong)(
    '%o lets nothing pass where it comes too late for the start',
    async (requirement, message) => {
      const logged: string[] = [];
      const app = fastify({ logger: { stream: { write: (line: string) => logged.push(line) } } });
      await app.register(authenticateApiKey, plugin());
      setLate(app, requirement);
      app.get('/orders', handler);
      const answer = await app.inject({ url: '/orders', headers: { 'x-api-key': apiKey } });
      expect(answer.statusCode).toBe(500);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.json()).toMatchObject({ type: 'about:blank', status: 500 });
      expect(answer.body).not.toContain('expected');
      expect(logged.map((line) => JSON.parse(line))).toContainEqual(
        expect.objectContaining({
          level: 50,
          route: 'GET /orders',
          reason: expect.stringContaining(message),
        }),
      );
    },
  );
});

/** A hook behind the plugin's own, which nobody sees at the start. */
function setLate(app: FastifyInstance, requirement: unknown) {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, apiKey: requirement } as object;
  });
}

describe('fastify: what a route requires counts', () => {
  const own = { scopes: ['orders:read'] };

  it('however it is declared', async () => {
    const { apiKey: scoped } = await test.issue({ scopes: ['orders:write'] });
    const headers = { 'x-api-key': scoped };
    const early = fastify();
    early.get('/orders', requiring(own), handler);
    early.register(authenticateApiKey, plugin());
    const late = fastify();
    await late.register(authenticateApiKey, plugin());
    setLate(late, own);
    late.get('/orders', handler);
    for (const app of [early, late]) {
      expect((await app.inject({ url: '/orders', headers })).statusCode).toBe(403);
    }
  });

  it('K6 in a context that the plugin does not reach, the start fails', async () => {
    const inner: FastifyPluginAsync = async (app) => {
      app.get('/inner', requiring(own), handler);
    };
    const before = fastify();
    before.register(inner);
    before.register(authenticateApiKey, plugin());
    const beside = fastify();
    beside.register(inner);
    beside.register(async (app) => {
      await app.register(authenticateApiKey, plugin());
    });
    for (const app of [before, beside]) {
      await expect(app.ready()).rejects.toThrow('GET /inner, config.apiKey: expected the plugin');
    }
  });

  it('and two contexts, each with the plugin, start', async () => {
    const app = fastify();
    for (const prefix of ['/a', '/b']) {
      app.register(
        async (inner) => {
          inner.register(authenticateApiKey, plugin());
          inner.get('/', requiring(own), handler);
          inner.register(async (below) => {
            below.get('/below', requiring(own), handler);
          });
        },
        { prefix },
      );
    }
    await app.ready();
    for (const url of ['/a/', '/b', '/a/below', '/b/below']) {
      expect((await app.inject(url)).statusCode).toBe(401);
    }
    expect((await app.inject({ method: 'HEAD', url: '/a' })).statusCode).toBe(401);
  });
});
