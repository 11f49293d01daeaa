import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type AuthenticateRequest, authenticateApiKey } from '../../../src/middleware/web.js';
import { listen, type StartService, seen, WITH_BASIC } from './service.js';

/** A server that knows `Request` and `Response` and no framework. */
export const startWeb: StartService = ({ keystamp, between = async () => {} }) => {
  const any = authenticateApiKey(keystamp);
  const scoped = authenticateApiKey(() => keystamp, { scopes: ['orders:read'] });
  const routes: Record<string, AuthenticateRequest<Parameters<typeof seen>[0]>> = {
    '/orders': any,
    '/scoped': scoped,
    '/optional': authenticateApiKey(keystamp, { optional: true }),
    '/basic': authenticateApiKey(keystamp, WITH_BASIC),
    '/twice': async (request) => {
      const first = await any(request);
      if (first.response !== null) return first;
      await between();
      return scoped(request);
    },
  };
  const fetch = async (request: Request) => {
    const authenticate = routes[new URL(request.url).pathname];
    if (authenticate === undefined) return new Response(null, { status: 404 });
    const { response, apiKey } = await authenticate(request);
    return response ?? Response.json(seen(apiKey));
  };
  return listen(createAdaptorServer({ fetch }) as Server);
};
