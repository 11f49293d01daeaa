import type { RouteOptions } from 'fastify';
import { problem } from '../api-documents/openapi.js';
import type { ServerContext } from '../context.js';
import type { HttpApp } from '../http-app.js';
import { callerOf } from './caller.js';

const TOO_MANY = problem('The user changes too many keys. `Retry-After` says when to try again.');

/** Limits every route of `scope` that changes keys, by the user who acts: also those that are added later. */
export function limitChanges(scope: Pick<HttpApp, 'addHook'>, { keyChanges }: ServerContext): void {
  scope.addHook('onRoute', (route: RouteOptions) => {
    if (route.method === 'GET' || route.method === 'HEAD') return;
    const { handler, schema } = route;
    route.schema = { ...schema, response: { ...(schema?.response as object), 429: TOO_MANY } };
    // Around the work itself, which goes on where the client has left.
    route.handler = function (request, reply) {
      const work = async () => handler.call(this, request, reply);
      return keyChanges.run(callerOf(request).user.id, work);
    };
  });
}
