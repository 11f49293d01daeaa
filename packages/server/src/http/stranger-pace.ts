import type { FastifyRequest } from 'fastify';
import { clientSite } from './client-network.js';
import type { HttpApp } from './http-app.js';
import { ShortMemory } from './short-memory.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its answers are never held back, or the route holds its refusals back itself. */
    unpaced?: true;
  }
}

/** How fast strangers of one network are answered. All in ms. */
export interface StrangerLimits {
  /** Between two answers, where many are wanted. */
  readonly gapMs: number;
  /** As many answers as fit into this time are given at once. */
  readonly freeMs: number;
  readonly longestHoldMs: number;
}

/** 500 a second, and 500 in a burst. */
export const STRANGER_LIMITS: StrangerLimits = { gapMs: 2, freeMs: 1_000, longestHoldMs: 10_000 };

const MAX_NETWORKS = 10_000;

/**
 * Holds answers to strangers back where one network wants more than the limits allow. Connections that send their next
 * request as soon as the last is answered keep the server as busy as it lets them: they would fill each turn of the
 * event loop, which takes one new connection in a turn.
 */
export class StrangerPace {
  readonly #limits: StrangerLimits;
  /** When the answers of a network would all be given, at one each `gapMs`. */
  readonly #doneAt = new ShortMemory<number>(MAX_NETWORKS);

  constructor(limits: StrangerLimits) {
    this.#limits = limits;
  }

  /** How long the next answer is held back, in ms. `nowMs`: of a monotonic clock. */
  hold(network: string, nowMs: number): number {
    const { gapMs, freeMs, longestHoldMs } = this.#limits;
    const before = this.#doneAt.get(network, nowMs) ?? nowMs;
    const doneAt = Math.min(before + gapMs, nowMs + freeMs + longestHoldMs);
    this.#doneAt.set(network, doneAt, doneAt - nowMs, nowMs);
    return Math.max(0, doneAt - nowMs - freeMs);
  }
}

/** Paces the answers to requests that proved nothing: without a key or a session, or with one that is refused. */
export function paceStrangers(app: HttpApp, pace: StrangerPace): void {
  app.addHook('onSend', (request, _reply, payload, done) => {
    const holdMs = isPaced(request) ? pace.hold(clientSite(request), performance.now()) : 0;
    if (holdMs === 0) done(null, payload);
    else setTimeout(done, holdMs, null, payload);
  });
}

function isPaced(request: FastifyRequest): boolean {
  return request.actor === null && request.routeOptions.config?.unpaced !== true;
}
