import type { FastifyRequest } from 'fastify';
import { clientSite } from '../../http/client-network.js';
import type { HttpApp } from '../../http/http-app.js';
import { unavailable } from '../../http/problem.js';
import { addRouteHook } from '../../http/route-hooks.js';
import { mayHaveBrowserCookie } from './known-browser.js';
import type { SignInTurns } from './sign-in-turns.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Requests of one network go on one after the other, and a few at a time. */
    inTurns?: true;
  }
}

/** Lets requests of routes with `inTurns` wait before they are admitted and read. */
export function waitForTurns(app: HttpApp, turns: SignInTurns): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.inTurns !== true) return;
    addRouteHook(route, 'onRequest', (request, reply, done) => {
      const onLeave = (left: () => void) => reply.raw.once('close', left);
      void turns.beforeBody(turnsOf(request), onLeave).then((isThere) => {
        done(isThere ? undefined : unavailable('The client left.'));
      });
    });
  });
}

/** Whose turns these are: a network's. Browsers that may have signed in before have turns of their own. */
export function turnsOf(request: FastifyRequest): string {
  const who = mayHaveBrowserCookie(request) ? 'browsers' : 'strangers';
  return `${who} ${clientSite(request)}`;
}
