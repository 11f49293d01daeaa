import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/config.js';
import { networkTest } from '../config/networks.js';
import { forwardedMethod } from './forwarded-request.js';
import type { HttpApp } from './http-app.js';

/** A line a request at level debug, by the route's pattern: paths and queries are the caller's text. */
export function logRequests(app: HttpApp, logger: Logger): void {
  if (!logger.isLevelEnabled('debug')) return;
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? '(none)';
    const { method, ip } = request;
    const ms = Math.round(reply.elapsedTime);
    const asked = forwardedMethod(request);
    request.log.debug(
      { method, route, ...(asked && { asked }), status: reply.statusCode, from: ip, ms },
      'request',
    );
    done();
  });
}

/** With a proxy that is not configured, every client looks like the proxy: warn once. */
export function warnOfIgnoredProxy(app: HttpApp, { trustProxy }: ServerConfig): void {
  const isTrusted = networkTest(trustProxy);
  let warned = false;
  const warnOnce = ({ socket, log }: FastifyRequest) => {
    const from = socket.remoteAddress;
    if (from === undefined || isTrusted(from)) return;
    warned = true;
    log.warn({ from }, 'X-Forwarded-For is ignored: its sender is not in KEYSTAMP_TRUST_PROXY');
  };
  app.addHook('onRequest', (request, _reply, done) => {
    if (!warned && request.headers['x-forwarded-for'] !== undefined) warnOnce(request);
    done();
  });
}
