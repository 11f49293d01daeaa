import type { Server } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Type } from 'typebox';
import type { MetricsAddress } from '../../config/config.js';
import type { ServerContext } from '../../context.js';
import type { HttpApp } from '../../http/http-app.js';
import { HttpProblem } from '../../http/problem.js';
import { registerKeystampMetrics } from './keystamp-metrics.js';
import { isLoopbackRequest } from './loopback-request.js';
import { listenForMetrics, type MetricsText } from './metrics-server.js';
import { measureRequests } from './request-metrics.js';

const EXAMPLE = `# TYPE keystamp_listener_up gauge
keystamp_listener_up 1
`;
const METRICS = {
  description: "Prometheus's text format",
  content: { 'text/plain': { schema: Type.String(), example: EXAMPLE } },
};

/** Makes of the registry of this process a function for the text of all processes that share the port. */
export type ShareMetrics = (registry: Registry) => MetricsText;

/** `GET /metrics`, in the text format of Prometheus: here, or on an address of its own. */
export function registerMetrics(
  app: HttpApp,
  context: ServerContext,
  share: ShareMetrics = (registry) => () => registry.metrics(),
): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerKeystampMetrics(registry, context);
  measureRequests(app, registry);
  app.addHook('onClose', async () => registry.clear());
  const { metrics } = context.config;
  const text = share(registry);
  if (typeof metrics === 'string') serveMetrics(app, text, context);
  else serveMetricsApart(app, text, metrics, context);
}

function serveMetricsApart(
  app: HttpApp,
  text: MetricsText,
  address: MetricsAddress,
  context: ServerContext,
): void {
  let server: Server | undefined;
  app.addHook('onReady', async () => {
    server = await listenForMetrics(text, address, context);
  });
  app.addHook('onClose', async () => {
    server?.close();
    server?.closeAllConnections();
  });
}

function serveMetrics(app: HttpApp, text: MetricsText, { config }: ServerContext): void {
  const schema = {
    tags: ['Operations'],
    operationId: 'getMetrics',
    summary: 'Metrics for Prometheus',
    response: { 200: METRICS },
  };
  const refusals = config.metrics === 'loopback' ? { 403: 'Another machine asks.' } : {};
  app.get(
    '/metrics',
    { schema, config: { access: 'public', refusals, unpaced: true } },
    async (request, reply) => {
      if (config.metrics === 'loopback' && !isLoopbackRequest(request.raw)) {
        throw new HttpProblem(
          403,
          'Only programs on this machine may read the metrics, by a loopback name. KEYSTAMP_METRICS changes that.',
        );
      }
      return reply.type(Registry.PROMETHEUS_CONTENT_TYPE).send(await text());
    },
  );
}
