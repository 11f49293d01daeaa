import type { FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Type } from 'typebox';
import type { ServerContext } from '../context.js';
import type { HttpApp } from '../http-app.js';
import { isLoopbackName } from '../origin.js';
import { HttpProblem } from '../problem.js';
import { registerKeystampMetrics } from './keystamp-metrics.js';
import { measureRequests } from './request-metrics.js';

const METRICS = {
  description: "Prometheus's text format",
  content: { 'text/plain': { schema: Type.String() } },
};

/** `GET /metrics`, in the text format of Prometheus. */
export function registerMetrics(app: HttpApp, context: ServerContext): void {
  const { config } = context;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerKeystampMetrics(registry, context);
  measureRequests(app, registry);
  app.addHook('onClose', async () => registry.clear());

  const schema = {
    tags: ['Operations'],
    summary: 'Metrics for Prometheus',
    response: { 200: METRICS },
  };
  app.get('/metrics', { schema, config: { access: 'public' } }, async (request, reply) => {
    if (config.metrics === 'loopback' && !isFromThisMachine(request)) {
      throw new HttpProblem(
        403,
        'Metrics are told on loopback only; KEYSTAMP_METRICS=all opens them.',
      );
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** A proxy on this machine connects from loopback too, on behalf of somebody else. */
function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return isLoopbackName(address);
}
