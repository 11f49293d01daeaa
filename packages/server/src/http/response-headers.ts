import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';
import type { ServerConfig } from '../config/config.js';
import { isLoopbackName } from '../config/loopback-name.js';
import type { ServerContext } from '../context.js';
import type { HttpApp } from './http-app.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The answer lets a proxy pass a request on: it has what the proxy copies, and nothing for browsers. */
    isForProxy: boolean;
  }
}

/** The page needs its own scripts, styles and the API, nothing else; nobody may frame it. */
const PAGE_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
  },
};

/** Not for a loopback name: the promise is about all ports of a name, and other programs serve plain HTTP on localhost. */
function strictTransport({ publicUrl }: ServerConfig): { maxAge: number } | false {
  if (publicUrl === null || !publicUrl.startsWith('https:')) return false;
  return isLoopbackName(new URL(publicUrl).hostname) ? false : { maxAge: 31_536_000 };
}

/** The security headers: the same for every answer, so they are made once. */
function securityHeaders(config: ServerConfig): Record<string, string> {
  const headers: Record<string, string> = {};
  const answer = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => {},
  };
  helmet({
    contentSecurityPolicy: PAGE_POLICY,
    strictTransportSecurity: strictTransport(config),
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  })({} as IncomingMessage, answer as unknown as ServerResponse, () => {});
  return headers;
}

/**
 * Security headers on every answer but those that let a proxy pass a request on, which no browser sees. Nothing is stored
 * on the way but what says so itself: the page's files.
 */
export function setResponseHeaders(app: HttpApp, context: ServerContext): void {
  const security = securityHeaders(context.config);
  app.decorateReply('isForProxy', false);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store');
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (!reply.isForProxy) reply.headers(security);
    // While stopping, requests in flight are answered and their connections then end.
    if (context.isStopping) reply.header('connection', 'close');
    done(null, payload);
  });
}
