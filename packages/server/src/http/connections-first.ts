import { clientSite } from './client-network.js';
import { GroupQueue } from './group-queue.js';
import type { HttpApp } from './http-app.js';
import { addRouteHook } from './route-hooks.js';

/** How requests that can wait share the event loop with new connections. In ms. */
export interface WaitLimits {
  /** While connections are opened, one request runs in so much time. */
  readonly gapMs: number;
  /** Otherwise requests run for so long, before other events have their turn. */
  readonly runMs: number;
}

export const WAIT_LIMITS: WaitLimits = { gapMs: 1, runMs: 2 };

/**
 * Lets requests wait while connections are opened. Node takes one new connection in a turn of its event loop: what is done
 * in each of those turns delays everybody who still stands in the queue of the listener.
 */
export class ConnectionsFirst {
  readonly #limits: WaitLimits;
  readonly #now: () => number;
  readonly #waiting = new GroupQueue<() => void>();
  /** Since the last turn. */
  #wasOpened = false;
  #isScheduled = false;
  #ranAtMs = 0;

  constructor(limits: WaitLimits, now = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** A connection was opened. */
  opened(): void {
    this.#wasOpened = true;
    this.#schedule();
  }

  /** Nothing is opened, and nobody waits: no need to. */
  get isIdle(): boolean {
    return !this.#wasOpened && this.#waiting.size === 0;
  }

  /** Runs `work` in a later turn. Networks take turns. */
  wait(network: string, work: () => void): void {
    this.#waiting.add(network, work);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    const wasOpened = this.#wasOpened;
    this.#wasOpened = false;
    const nowMs = this.#now();
    if (!wasOpened) this.#runUntil(nowMs + this.#limits.runMs);
    else if (nowMs - this.#ranAtMs >= this.#limits.gapMs) this.#runUntil(nowMs);
    // Another turn, to see whether one was opened in it.
    if (wasOpened || this.#waiting.size > 0) this.#schedule();
  }

  /** One at least, if one waits. */
  #runUntil(endMs: number): void {
    do {
      const work = this.#waiting.next();
      if (work === undefined) return;
      work();
      this.#ranAtMs = this.#now();
    } while (this.#ranAtMs < endMs);
  }
}

/**
 * Routes that take nothing but a key do not wait: services ask them for each of their own requests, and a key that is in
 * memory costs them little. Nor does the question whether the process is alive.
 */
export function takeConnectionsFirst(app: HttpApp, connections: ConnectionsFirst): void {
  app.server.on('connection', () => connections.opened());
  app.addHook('onRoute', (route) => {
    if (route.config?.access === 'key' || route.config?.needsNoDatabase === true) return;
    addRouteHook(route, 'onRequest', (request, _reply, done) => {
      if (connections.isIdle) done();
      else connections.wait(clientSite(request), done);
    });
  });
}
