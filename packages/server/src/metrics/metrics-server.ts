import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { ListenAddress } from '../config.js';
import { isLoopbackName } from '../origin.js';
import { metricsListenFailure } from '../start-failure.js';
import { isLoopbackRequest } from './loopback-request.js';

/** Serves `GET /metrics`, and nothing else, on an address of its own. */
export async function listenForMetrics(
  registry: Registry,
  address: ListenAddress,
): Promise<Server> {
  const isOpen = !isLoopbackName(address.host);
  const server = createServer((request, response) => {
    answer(registry, request, response, isOpen).catch(() => response.destroy());
  });
  server.listen(address);
  await once(server, 'listening').catch((cause: unknown) => {
    throw metricsListenFailure(cause, address);
  });
  return server;
}

async function answer(
  registry: Registry,
  request: IncomingMessage,
  response: ServerResponse,
  isOpen: boolean,
): Promise<void> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || request.url?.split('?')[0] !== '/metrics') return refuse(response, 404);
  if (!isOpen && !isLoopbackRequest(request)) return refuse(response, 403);
  response.setHeader('content-type', registry.contentType);
  response.end(await registry.metrics());
}

function refuse(response: ServerResponse, status: 403 | 404): void {
  response.writeHead(status).end();
}
