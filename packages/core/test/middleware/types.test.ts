import type { Request as ExpressRequest } from 'express';
import type { FastifyRequest } from 'fastify';
import { Hono } from 'hono';
import { expectTypeOf, it } from 'vitest';
import type { Keystamp, KeyUser, UserApiKey } from '../../src/index.js';
import type * as forExpress from '../../src/middleware/express.js';
import type { AuthenticatedKey } from '../../src/middleware/fastify.js';
import { authenticateApiKey } from '../../src/middleware/hono.js';
import { createWithApiKey } from '../../src/middleware/next.js';
import { authenticateApiKey as forWeb } from '../../src/middleware/web.js';

// Held by `npm run typecheck`; what runs here only sees that none of it throws.
const keystamp = { validateUserApiKey() {} } as unknown as Keystamp;

it('request.apiKey is typed in Fastify and Express', () => {
  expectTypeOf<FastifyRequest['apiKey']>().toEqualTypeOf<AuthenticatedKey | null>();
  expectTypeOf<ExpressRequest['apiKey']>().toEqualTypeOf<
    forExpress.AuthenticatedKey | null | undefined
  >();
  expectTypeOf<AuthenticatedKey>().toEqualTypeOf<{
    readonly key: UserApiKey;
    readonly user: KeyUser;
  }>();
});

it("Hono's c.get('apiKey') is typed, and null only where no key is required", () => {
  new Hono()
    .get('/orders', authenticateApiKey(keystamp), (c) => {
      expectTypeOf(c.get('apiKey')).toEqualTypeOf<AuthenticatedKey>();
      return c.text(c.var.apiKey.user.id);
    })
    .get('/optional', authenticateApiKey(keystamp, { optional: true }), (c) => {
      expectTypeOf(c.get('apiKey')).toEqualTypeOf<AuthenticatedKey | null>();
      return c.text('');
    });
});

it("a Next.js handler's apiKey is typed, and null only where no key is required", () => {
  const withApiKey = createWithApiKey(() => keystamp);
  const GET = withApiKey((request, { apiKey, params }) => {
    expectTypeOf(request).toEqualTypeOf<Request>();
    expectTypeOf(apiKey).toEqualTypeOf<AuthenticatedKey>();
    expectTypeOf(params).resolves.toEqualTypeOf<Record<string, string | string[] | undefined>>();
    return new Response();
  });
  expectTypeOf(GET).returns.toEqualTypeOf<Promise<Response>>();
  withApiKey(
    (_request, { apiKey }) => {
      expectTypeOf(apiKey).toEqualTypeOf<AuthenticatedKey | null>();
      return new Response();
    },
    { optional: true },
  );
});

it('the key of a web request is typed where no response is to be sent, and null only where none is required', () => {
  expectTypeOf(async () => {
    const { response, apiKey } = await forWeb(keystamp)(new Request('http://localhost/'));
    if (response !== null) return response;
    return apiKey;
  }).returns.resolves.toEqualTypeOf<Response | AuthenticatedKey>();
  expectTypeOf(forWeb(keystamp, { optional: true }))
    .returns.resolves.toHaveProperty('apiKey')
    .toEqualTypeOf<AuthenticatedKey | null>();
});
