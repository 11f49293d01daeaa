import type { RouteOptions } from 'fastify';
import type { ServerContext } from '../../context.js';
import type { HttpApp } from '../../http/http-app.js';
import { callerOf } from './caller.js';

const TOO_MANY = 'The user changes too many keys.';

/** Limits every route of `scope` that changes keys, by the user who acts: also those that are added later. */
export function limitChanges(scope: Pick<HttpApp, 'addHook'>, { keyChanges }: ServerContext): void {
  scope.addHook('onRoute', (route: RouteOptions) => {
    if (route.method === 'GET' || route.method === 'HEAD') return;
    const { handler, config } = route;
    route.config = { ...config, refusals: { ...config?.refusals, 429: TOO_MANY } };
    // Around the work itself, which goes on where the client has left.
    route.handler = function (request, reply) {
      const work = async () => handler.call(this, request, reply);
      return keyChanges.run(callerOf(request).user.id, work);
    };
  });
}
