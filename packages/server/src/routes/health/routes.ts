import { Type } from 'typebox';
import type { ServerContext } from '../../context.js';
import type { HttpApp } from '../../http/http-app.js';
import { unavailable } from '../../http/problem.js';

const Answer = Type.Object(
  { status: Type.Literal('ok') },
  { title: 'Health', additionalProperties: false, examples: [{ status: 'ok' }] },
);
const tags = ['Operations'];

/**
 * `/healthz`: the process answers. `/readyz`: send requests here; 503 while keys cannot be judged
 * (an outage beyond its grace) and while stopping. A short outage leaves it ready, because known keys are served.
 */
export function registerHealthRoutes(app: HttpApp, context: ServerContext): void {
  app.route({
    method: 'GET',
    url: '/healthz',
    config: { access: 'public', needsNoDatabase: true, unpaced: true },
    schema: {
      tags,
      operationId: 'isUp',
      summary: 'Is the process up?',
      response: { 200: Answer },
    },
    handler: (_request, reply) => void reply.send({ status: 'ok' }),
  });
  app.route({
    method: 'GET',
    url: '/readyz',
    config: { access: 'public', unpaced: true },
    schema: {
      tags,
      operationId: 'isReady',
      summary: 'Is this instance ready for requests?',
      response: { 200: Answer },
    },
    handler: (_request, reply) => {
      requireReady(context);
      reply.send({ status: 'ok' });
    },
  });
}

/** Throws an `HttpProblem` where no requests should come. */
export function requireReady({ isStopping, keystamp }: ServerContext): void {
  if (isStopping) throw unavailable('The server is stopping.');
  if (!keystamp.health().ready) throw unavailable('The database is unavailable.');
}
