import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Registry } from 'prom-client';
import type { MetricsAddress } from '../../config/config.js';
import { isLoopbackName } from '../../config/loopback-name.js';
import { metricsListenFailure } from '../../config/start-failure.js';
import type { ServerContext } from '../../context.js';
import { HttpProblem } from '../../http/problem.js';
import type { TlsServers } from '../../tls/tls-servers.js';
import { requireReady } from '../health/routes.js';
import { isLoopbackRequest } from './loopback-request.js';

/** The metrics in the text format of Prometheus. */
export type MetricsText = () => Promise<string>;

/** Serves `GET /metrics` and the probes, and nothing else, on an address of its own. */
export async function listenForMetrics(
  text: MetricsText,
  address: MetricsAddress,
  context: ServerContext,
): Promise<Server> {
  const isOpen = !isLoopbackName(address.host);
  return openMetricsServer(address, context.tls, (request, response) => {
    answer(text, context, request, response, isOpen).catch((error: unknown) => {
      if (error instanceof HttpProblem) response.writeHead(error.status).end();
      else response.destroy();
    });
  });
}

/** Listens on the address, which speaks TLS where it says so. */
export async function openMetricsServer(
  address: MetricsAddress,
  tls: TlsServers | null,
  listener: RequestListener,
): Promise<Server> {
  const { host, port, isTls } = address;
  const server: Server = isTls && tls !== null ? tls.create(listener) : createServer(listener);
  server.listen({ host, port });
  await once(server, 'listening').catch((cause: unknown) => {
    throw metricsListenFailure(cause, address);
  });
  return server;
}

async function answer(
  text: MetricsText,
  context: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
  isOpen: boolean,
): Promise<void> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  switch (isRead ? request.url?.split('?')[0] : null) {
    case '/healthz':
      return answerOk(response);
    case '/readyz':
      requireReady(context);
      return answerOk(response);
    case '/metrics':
      if (!isOpen && !isLoopbackRequest(request)) throw new HttpProblem(403, 'Not from there.');
      response.setHeader('content-type', Registry.PROMETHEUS_CONTENT_TYPE);
      response.end(await text());
      return;
    default:
      throw new HttpProblem(404, 'Nothing is here.');
  }
}

function answerOk(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
}
