import type { HttpApp } from './http-app.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** By the monotonic clock, in ms. */
    arrivedAt: number;
  }
}

/**
 * Notes when a request came, for its time in the metrics. Fastify's own `elapsedTime` runs to the end of the answer, and
 * for that it hears two more events of each answer.
 */
export function noteArrivals(app: HttpApp): void {
  app.decorateRequest('arrivedAt', 0);
  app.addHook('onRequest', (request, _reply, done) => {
    request.arrivedAt = performance.now();
    done();
  });
}
