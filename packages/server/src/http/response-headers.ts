import helmet from 'helmet';
import type { ServerConfig } from '../config/config.js';
import { isLoopbackName } from '../config/loopback-name.js';
import type { ServerContext } from '../context.js';
import type { HttpApp } from './http-app.js';

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

/** Security headers on every answer. Nothing is stored on the way but what says so itself: the page's files. */
export function setResponseHeaders(app: HttpApp, context: ServerContext): void {
  // Made once: the plugin for Fastify makes them from the options at each request.
  const setSecurityHeaders = helmet({
    contentSecurityPolicy: PAGE_POLICY,
    strictTransportSecurity: strictTransport(context.config),
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('cache-control', 'no-store');
    setSecurityHeaders(request.raw, reply.raw, () => done());
  });
  // While stopping, requests in flight are answered and their connections then end.
  app.addHook('onSend', async (_request, reply) => {
    if (context.isStopping) reply.header('connection', 'close');
  });
}
