import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createWithApiKey, type RouteContext } from '../../../src/middleware/next.js';
import { listen, type StartService, seen, WITH_BASIC } from './service.js';

/** Route handlers as Next.js calls them, with a web Request and its context, behind a Node server. Next itself is not there. */
export const startNext: StartService = ({ keystamp, between = async () => {} }) => {
  const withApiKey = createWithApiKey(() => keystamp);
  const scopes = ['orders:read'];
  const answer = withApiKey((_request, { apiKey }) => Response.json(seen(apiKey)), { scopes });
  const routes: Record<string, (request: Request, context: RouteContext) => Promise<Response>> = {
    '/orders': withApiKey(async (_request, { apiKey }) => Response.json(seen(apiKey))),
    '/scoped': answer,
    '/optional': withApiKey(async (_request, { apiKey }) => Response.json(seen(apiKey)), {
      optional: true,
    }),
    '/basic': withApiKey(async (_request, { apiKey }) => Response.json(seen(apiKey)), WITH_BASIC),
    '/twice': withApiKey(async (request, context) => {
      await between();
      return answer(request, context);
    }),
  };
  const fetch = async (request: Request) => {
    const route = routes[new URL(request.url).pathname];
    const context = { params: Promise.resolve({}) };
    return (await route?.(request, context)) ?? new Response(null, { status: 404 });
  };
  return listen(createAdaptorServer({ fetch }) as Server);
};
