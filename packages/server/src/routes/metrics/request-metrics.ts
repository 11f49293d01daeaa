import { Histogram, type Registry } from 'prom-client';
import type { HttpApp } from '../../http/http-app.js';

/** Measures requests by the pattern of their route, never by path: paths are the caller's text. */
export function measureRequests(app: HttpApp, registry: Registry): void {
  const durations = new Histogram({
    name: 'keystamp_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)');
    const method = request.is404 ? '(any)' : request.method;
    durations.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}
