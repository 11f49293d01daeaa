import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { ServerConfig } from '../config/config.js';
import { withoutPublicPath } from '../config/public-url.js';
import { problemAnswer, unavailable } from '../http/problem.js';
import { openMetricsServer } from '../routes/metrics/metrics-server.js';
import type { TlsServers } from '../tls/tls-servers.js';
import { portFailure } from './port-failure.js';

export interface WaitingServer {
  close(): Promise<void>;
}

/**
 * Holds the port until the database answers: `/healthz` is up, everything else is 503. The same on the address of the metrics,
 * where probes ask that have no certificate for the port.
 */
export async function openWaitingServer(
  config: ServerConfig,
  tls: TlsServers | null,
): Promise<WaitingServer> {
  const { metrics } = config;
  const answer = answerBelow(withoutPublicPath(config));
  const opened = [await openMain(config, tls, answer)];
  const close = async () => {
    const ended = opened.map(end);
    tls?.closeAllConnections();
    await Promise.all(ended);
  };
  try {
    if (typeof metrics !== 'string') opened.push(await openMetricsServer(metrics, tls, answer));
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

async function openMain(
  config: ServerConfig,
  tls: TlsServers | null,
  answer: RequestListener,
): Promise<Server> {
  const { host, port } = config;
  const server: Server = tls === null ? createServer(answer) : tls.create(answer);
  server.listen({ host, port });
  await once(server, 'listening').catch(async (error: unknown) => {
    throw await portFailure(error, config);
  });
  return server;
}

async function end(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

function answerBelow(pathOf: ReturnType<typeof withoutPublicPath>): RequestListener {
  return (request, response) => {
    request.resume();
    if (pathOf(request) === '/healthz') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
      return;
    }
    const { status, headers, document } = problemAnswer(
      unavailable('The database has not answered since the start.'),
    );
    response.writeHead(status, headers).end(JSON.stringify(document));
  };
}
