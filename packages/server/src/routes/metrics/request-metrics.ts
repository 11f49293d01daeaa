import type { Metric, Registry } from 'prom-client';
import type { HttpApp } from '../../http/http-app.js';
import { RequestDurations } from './request-durations.js';

/** Measures requests by the pattern of their route, never by path: paths are the caller's text. */
export function measureRequests(app: HttpApp, registry: Registry): void {
  const durations = new RequestDurations();
  registry.registerMetric(durations as unknown as Metric);
  // Behind the hooks that hold answers back.
  app.addHook('onSend', (request, reply, payload, done) => {
    const seconds = (performance.now() - request.arrivedAt) / 1000;
    if (request.is404) durations.observe('(any)', '(none)', reply.statusCode, seconds);
    else {
      const route = request.routeOptions.url ?? '(none)';
      durations.observe(request.method, route, reply.statusCode, seconds);
    }
    done(null, payload);
  });
}
