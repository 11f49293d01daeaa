import { Controller, Get, type ModuleMetadata, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ApiKeyGuard,
  KEYSTAMP,
  KeystampModule,
  NoApiKey,
  RequireApiKey,
  RequireScopes,
} from '../../src/middleware/nest.js';
import { issueDisabled, refusalsOf } from '../refusals/refused.js';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';
import { ask, type HeaderLines, withKey } from './ask.js';
import { decorateMethod, kept, type MakeAdapter, routeOf, startNest } from './services/nest.js';

let test: TestKeystamp;
let reader: HeaderLines;
let writer: HeaderLines;
beforeAll(async () => {
  test = await createTestKeystamp();
  reader = withKey((await test.issue({ scopes: ['orders:read'] })).apiKey);
  writer = withKey((await test.issue({ scopes: ['orders:write'] })).apiKey);
});
afterAll(() => test.close());

const ADAPTERS: [string, MakeAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];
const GLOBAL = { provide: APP_GUARD, useClass: ApiKeyGuard };
const forRoot = (requirement?: object) =>
  KeystampModule.forRoot(() => kept(test.keystamp), requirement);

/** The statuses of a path: without a key, with `orders:write` alone, with `orders:read`. */
async function statusesOf(adapter: MakeAdapter, metadata: ModuleMetadata, path: string) {
  const service = await startNest(adapter, metadata);
  try {
    const lines: HeaderLines[] = [[], writer, reader];
    return await Promise.all(lines.map(async (each) => (await ask(service, path, each)).status));
  } finally {
    await service.close();
  }
}

describe.each(ADAPTERS)('on %s', (_name, adapter) => {
  it.each<[string, number[], ModuleMetadata]>([
    [
      'K6 a route that says nothing, under the guard of the application',
      [401, 200, 200],
      { providers: [GLOBAL], controllers: [routeOf('it')] },
    ],
    [
      'a route that requires a scope and stands under no other guard',
      [401, 403, 200],
      { controllers: [routeOf('it', RequireScopes('orders:read'))] },
    ],
    [
      'a route at which no key is looked at, under the guard of the application',
      [500, 500, 500], // its handler asks for a key that nobody has judged
      { providers: [GLOBAL], controllers: [routeOf('it', NoApiKey())] },
    ],
    [
      'a handler that asks for the key where no guard is',
      [500, 500, 500],
      { controllers: [routeOf('it')] },
    ],
    [
      'a route with the guard and nothing else',
      [401, 200, 200],
      { controllers: [routeOf('it', UseGuards(ApiKeyGuard))] },
    ],
  ])('%s answers %j', async (_what, statuses, metadata) => {
    const imports = [forRoot()];
    expect(await statusesOf(adapter, { ...metadata, imports }, '/it')).toEqual(statuses);
  });

  it('what a route declares stands over its controller, and that over the module, field by field', async () => {
    class OrdersController {
      read() {}
      write() {}
      open() {}
    }
    decorateMethod(OrdersController, 'read', Get('read'));
    decorateMethod(OrdersController, 'write', Get('write'), RequireScopes('orders:write'));
    decorateMethod(OrdersController, 'open', Get('open'), NoApiKey());
    Controller()(OrdersController);
    RequireScopes('orders:read')(OrdersController);
    const metadata = { imports: [forRoot({ optional: true })], controllers: [OrdersController] };
    expect(await statusesOf(adapter, metadata, '/read')).toEqual([200, 403, 200]);
    expect(await statusesOf(adapter, metadata, '/write')).toEqual([200, 200, 403]);
    expect(await statusesOf(adapter, metadata, '/open')).toEqual([200, 200, 200]);
  });

  it('a controller inherits what its parent requires', async () => {
    class Parent {
      read() {}
    }
    decorateMethod(Parent, 'read', Get('read'));
    RequireScopes('orders:read')(Parent);
    class Child extends Parent {}
    Controller()(Child);
    const metadata = { imports: [forRoot()], providers: [GLOBAL], controllers: [Child] };
    expect(await statusesOf(adapter, metadata, '/read')).toEqual([401, 403, 200]);
  });

  it('hands in the pattern of a route and the address of the client', async () => {
    const { apiKey, key } = await issueDisabled(test);
    const metadata = {
      imports: [forRoot()],
      controllers: [routeOf('orders/:id', RequireApiKey())],
    };
    const service = await startNest(adapter, metadata);
    await ask(service, '/orders/7?page=2', withKey(apiKey));
    await service.close();
    expect((await refusalsOf(test.keystamp, key.id))[0]?.refusal).toEqual({
      reason: 'disabled',
      route: 'GET /orders/:id',
      network: '127.0.0.0/24',
    });
  });
});

describe('the module', () => {
  it('opens one instance for all, and closes it with the application', async () => {
    const done: string[] = [];
    const open = () => {
      done.push('opened');
      return { ...test.keystamp, close: async () => void done.push('closed') };
    };
    const service = await startNest(() => new ExpressAdapter(), {
      imports: [KeystampModule.forRoot(open)],
      providers: [GLOBAL],
      controllers: [routeOf('one', RequireApiKey()), routeOf('two', RequireApiKey())],
    });
    expect((await ask(service, '/two', reader)).status).toBe(200);
    expect(done).toEqual(['opened']);
    await service.close();
    expect(done).toEqual(['opened', 'closed']);
  });

  it('K6 stops the start where it gives no instance, and where a guarded route has none', async () => {
    const controllers = [routeOf('it', RequireApiKey())];
    const nothing = KeystampModule.forRoot((async () => undefined) as never);
    const starting = startNest(() => new ExpressAdapter(), { imports: [nothing], controllers });
    await expect(starting).rejects.toThrow('keystamp: expected what createKeystamp resolves to');
    const without = startNest(() => new ExpressAdapter(), { controllers });
    await expect(without).rejects.toThrow(KEYSTAMP);
  });

  it('K6 a wrong requirement, and an instance in place of its function, are refused at once', () => {
    expect(() => forRoot({ scope: ['a'] })).toThrow('the nearest is scopes');
    expect(() => KeystampModule.forRoot(test.keystamp as never)).toThrow('open: expected');
    expect(() => new ApiKeyGuard(test.keystamp, { optional: 1 } as never)).toThrow('optional');
    expect(() => new ApiKeyGuard(undefined as never)).toThrow('keystamp: expected');
  });
});

describe('K6 a decorator that would guard nothing is refused where it stands', () => {
  it.each<[string, () => unknown, string]>([
    ['no scope', () => RequireScopes(), 'scopes: expected one scope or more'],
    ['a list of them', () => RequireScopes(['a'] as never), 'scopes[0]: expected a scope'],
    ['a misspelt field', () => RequireApiKey({ scope: ['a'] } as never), 'nearest is scopes'],
    ['null', () => RequireApiKey(null as never), 'requirement: expected an object'],
    [
      'on a property',
      () => RequireApiKey()({}, 'orders', undefined as never),
      'decorator: expected a controller',
    ],
    ['on a parameter', () => NoApiKey()({}, 'orders', 0 as never), 'decorator: expected'],
    [
      'two on a route',
      () => routeOf('it', RequireScopes('a'), RequireScopes('b')),
      'requirement: expected one decorator of Keystamp',
    ],
    [
      'one beside none',
      () => routeOf('it', NoApiKey(), RequireScopes('b')),
      'requirement: expected one decorator of Keystamp',
    ],
  ])('%s', (_name, declare, message) => {
    expect(declare).toThrow(message);
  });
});

it('K6 outside of HTTP the guard lets nothing pass', async () => {
  const guard = new ApiKeyGuard(test.keystamp, { optional: true });
  const context = { getType: () => 'rpc' } as never;
  await expect(guard.canActivate(context)).rejects.toThrow('guards routes of HTTP');
});
