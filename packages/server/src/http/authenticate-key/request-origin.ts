import type { FastifyRequest } from 'fastify';
import type { RequestOrigin } from 'keystamp';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a request wants a key for, where a proxy asks about another request; null: the proxy does not say. */
    askedFor?: (request: FastifyRequest) => string | null;
  }
}

/** Where a key came from. It reads the request only if the key is refused. */
export class ServerOrigin implements RequestOrigin {
  readonly #request: FastifyRequest;

  constructor(request: FastifyRequest) {
    this.#request = request;
  }

  get route(): string {
    const { method, routeOptions } = this.#request;
    return routeOptions.config.askedFor?.(this.#request) ?? `${method} ${routeOptions.url}`;
  }

  /** The client's where KEYSTAMP_TRUST_PROXY names the proxy in front. */
  get address(): string {
    return this.#request.ip;
  }
}
