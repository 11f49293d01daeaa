import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import express5, { type Express } from 'express';
import express4 from 'express-4';
import { fastify } from 'fastify';
import { type Context, Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RefusedUse } from '../../src/index.js';
import * as forExpress from '../../src/middleware/express.js';
import * as forFastify from '../../src/middleware/fastify.js';
import * as forHono from '../../src/middleware/hono.js';
import { createWithApiKey } from '../../src/middleware/next.js';
import * as forWeb from '../../src/middleware/web.js';
import { issueDisabled, refusalsOf } from '../refusals/refused.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { ask } from './ask.js';
import { listen, type Service } from './services/service.js';

let test: TestKeystamp;
beforeAll(async () => {
  test = await createTestKeystamp();
});
afterAll(() => test.close());

const FORWARDED = ['X-Forwarded-For', '198.51.100.9'] as const;

/** What the history says after a refused key asked for a path of a service. */
async function refusalAt(starting: Promise<Service>, path: string): Promise<RefusedUse | null> {
  const service = await starting;
  try {
    const { apiKey, key } = await issueDisabled(test);
    const { status } = await ask(service, path, [['X-API-Key', apiKey], FORWARDED]);
    expect(status).toBe(401);
    return (await refusalsOf(test.keystamp, key.id))[0]?.refusal ?? null;
  } finally {
    await service.close();
  }
}

describe.each<[string, () => Express]>([
  ['Express 4', express4],
  ['Express 5', express5],
])('%s', (_name, express) => {
  const onRoute = (trustsProxy: boolean) => {
    const app = express();
    app.set('trust proxy', trustsProxy);
    const router = express4.Router();
    const answer = (_request: unknown, response: { end(): void }) => response.end();
    router.get('/orders/:id', forExpress.authenticateApiKey(test.keystamp), answer);
    app.use('/v1', router);
    return listen(createServer(app));
  };

  it('hands in the pattern of a route, and the address as it trusts it', async () => {
    const refusal = { reason: 'disabled', route: 'GET /v1/orders/:id' };
    expect(await refusalAt(onRoute(false), '/v1/orders/7?page=2')).toEqual({
      ...refusal,
      network: '127.0.0.0/24',
    });
    expect(await refusalAt(onRoute(true), '/v1/orders/7')).toEqual({
      ...refusal,
      network: '198.51.100.0/24',
    });
  });

  it('hands in the path where the middleware runs before the route is known', async () => {
    const app = express();
    app.use('/v1', forExpress.authenticateApiKey(test.keystamp));
    const refusal = await refusalAt(listen(createServer(app)), '/v1/orders/7?page=2');
    expect(refusal).toMatchObject({ route: 'GET /v1/orders/7' });
  });
});

describe('Fastify', () => {
  const start = async (trustProxy: boolean): Promise<Service> => {
    const app = fastify({ trustProxy });
    await app.register(forFastify.authenticateApiKey, { keystamp: test.keystamp });
    app.get('/orders/:id', async () => '');
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    return { port: Number(new URL(address).port), logged: [], close: () => app.close() };
  };

  it('hands in the pattern of a route, and the address as it trusts it', async () => {
    expect(await refusalAt(start(false), '/orders/7?page=2')).toEqual({
      reason: 'disabled',
      route: 'GET /orders/:id',
      network: '127.0.0.0/24',
    });
    const trusted = await refusalAt(start(true), '/orders/7');
    expect(trusted).toMatchObject({ network: '198.51.100.0/24' });
  });

  it('hands in the path of what is not found', async () => {
    const refusal = await refusalAt(start(false), '/nowhere?page=2');
    expect(refusal).toMatchObject({ route: 'GET /nowhere' });
  });
});

describe('Hono', () => {
  const start = (options?: forHono.HonoOptions) => {
    const app = new Hono();
    app.use(forHono.authenticateApiKey(test.keystamp, {}, options));
    app.get('/orders/:id', (c) => c.text(''));
    return listen(createAdaptorServer(app) as Server);
  };

  it('hands in the pattern of the route that would answer, and the address of the connection', async () => {
    expect(await refusalAt(start(), '/orders/7?page=2')).toEqual({
      reason: 'disabled',
      route: 'GET /orders/:id',
      network: '127.0.0.0/24',
    });
  });

  it('hands in the path of what is not found, and the address that the app gives', async () => {
    const address = (c: Context) => c.req.header('x-forwarded-for');
    expect(await refusalAt(start({ address }), '/nowhere?page=2')).toMatchObject({
      route: 'GET /nowhere',
      network: '198.51.100.0/24',
    });
  });

  it('answers where the app’s function throws', async () => {
    const address = () => {
      throw new Error('no address');
    };
    expect(await refusalAt(start({ address }), '/orders/7')).toMatchObject({ network: null });
  });

  it('K6: an address that is no function is refused by its name', () => {
    expect(() => start({ address: '127.0.0.1' as never })).toThrow('address: expected a function');
  });
});

describe('web', () => {
  const start = (surroundings?: forWeb.RequestSurroundings) => {
    const authenticate = forWeb.authenticateApiKey(test.keystamp);
    const fetch = async (request: Request) =>
      (await authenticate(request, surroundings)).response ?? new Response();
    return listen(createAdaptorServer({ fetch }) as Server);
  };

  it('hands in the path, and no address that it does not know', async () => {
    expect(await refusalAt(start(), '/orders/7?page=2')).toEqual({
      reason: 'disabled',
      route: 'GET /orders/7',
      network: null,
    });
  });

  it('hands in the route and the address that the server says', async () => {
    const surroundings = { route: '/orders/:id', address: () => '198.51.100.9' };
    expect(await refusalAt(start(surroundings), '/orders/7')).toEqual({
      reason: 'disabled',
      route: 'GET /orders/:id',
      network: '198.51.100.0/24',
    });
  });
});

describe('Next.js', () => {
  const start = (options?: Parameters<typeof createWithApiKey>[1]) => {
    const GET = createWithApiKey(() => test.keystamp, options)(() => new Response());
    const fetch = (request: Request) => GET(request, { params: Promise.resolve({}) });
    return listen(createAdaptorServer({ fetch }) as Server);
  };

  it('hands in the path, and no address that it does not know', async () => {
    expect(await refusalAt(start(), '/orders/7?page=2')).toEqual({
      reason: 'disabled',
      route: 'GET /orders/7',
      network: null,
    });
  });

  it('hands in the address that the app gives', async () => {
    const address = ({ headers }: Request) => headers.get('x-forwarded-for');
    const refusal = await refusalAt(start({ address }), '/orders/7');
    expect(refusal).toMatchObject({ network: '198.51.100.0/24' });
  });

  it('K6: an address that is no function is refused by its name', () => {
    expect(() => start({ address: 7 as never })).toThrow('address: expected a function');
  });
});
