import type { Context, MiddlewareHandler } from 'hono';
import { ArgumentError } from '../errors.js';
import {
  type AuthenticatedKey,
  authenticate,
  checkKeystamp,
  checkRequirement,
  credentialsOfHeaders,
  type KeyRequirement,
  problemResponse,
} from '../http/index.js';
import type { Keystamp, RequestOrigin } from '../keystamp.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import { flushQuietly } from './web-request.js';

export type { AuthenticatedKey, KeyRequirement };

/** What `c.get('apiKey')` gives: `new Hono<ApiKeyEnv>()`. */
export interface ApiKeyEnv {
  Variables: { apiKey: AuthenticatedKey };
}

/** The same behind `optional: true`; null: without a key. */
export interface OptionalApiKeyEnv {
  Variables: { apiKey: AuthenticatedKey | null };
}

/** What the middleware cannot know by itself. */
export interface HonoOptions {
  /**
   * The address of a request's client, of which the history of a refused key has the network. Default: that of the connection,
   * with `@hono/node-server`; elsewhere unknown.
   *
   * @example { address: (c) => getConnInfo(c).remote.address }
   */
  readonly address?: ((c: Context) => string | null | undefined) | undefined;
}

const OPTIONS: FieldsOf<HonoOptions> = { address: true };

/**
 * Middleware for Hono 4 that lets pass what carries a valid API key, as `c.get('apiKey')`, and answers the rest with
 * a problem document. For an app, a path or a route. Throws an ArgumentError for a wrong requirement.
 */
export function authenticateApiKey(
  keystamp: Keystamp,
  requirement?: KeyRequirement & { optional?: false | undefined },
  options?: HonoOptions,
): MiddlewareHandler<ApiKeyEnv>;
export function authenticateApiKey(
  keystamp: Keystamp,
  requirement: KeyRequirement,
  options?: HonoOptions,
): MiddlewareHandler<OptionalApiKeyEnv>;
export function authenticateApiKey(
  keystamp: Keystamp,
  requirement: KeyRequirement = {},
  options: HonoOptions = {},
): MiddlewareHandler {
  checkKeystamp(keystamp);
  const checked = checkRequirement(requirement);
  const { address = addressOfConnection } = checkFields(options, OPTIONS, 'options');
  if (typeof address !== 'function') {
    throw new ArgumentError('address', "a function that gives the client's address");
  }
  return async (c, next) => {
    const { url, raw } = c.req;
    const credentials = credentialsOfHeaders(raw.headers);
    const presented = { request: c, url, credentials, from: new HonoOrigin(c, address) };
    const outcome = await authenticate(keystamp, presented, checked);
    flushBeforeFreeze(c, keystamp);
    if (!outcome.admitted) return problemResponse(outcome.problem);
    c.set('apiKey', outcome.apiKey);
    return next();
  };
}

/** Reads the request where its key is refused, and only then. */
class HonoOrigin implements RequestOrigin {
  readonly #c: Context;
  readonly #addressOf: NonNullable<HonoOptions['address']>;

  constructor(c: Context, addressOf: NonNullable<HonoOptions['address']>) {
    this.#c = c;
    this.#addressOf = addressOf;
  }

  /** Of what matches, middleware is for all methods, and the first that is not answers. */
  get route(): string {
    const { method, path, matchedRoutes } = this.#c.req;
    const route = matchedRoutes.find((one) => one.method !== 'ALL' && !one.path.includes('*'));
    return `${method} ${route?.path ?? path}`;
  }

  get address(): string | null {
    return this.#addressOf(this.#c) ?? null;
  }
}

/** `@hono/node-server` hands Node's own request in. */
function addressOfConnection({ env }: Context): string | undefined {
  return env?.incoming?.socket?.remoteAddress;
}

/** A serverless platform stops the process between requests, and with it the flush on its timer. */
function flushBeforeFreeze(c: Context, keystamp: Keystamp): void {
  executionContextOf(c)?.waitUntil(flushQuietly(keystamp));
}

/** Null on a server that runs on. Hono throws there. */
function executionContextOf(c: Context) {
  try {
    return c.executionCtx;
  } catch {
    return null;
  }
}
