import type { Context, MiddlewareHandler } from 'hono';
import {
  type AuthenticatedKey,
  authenticate,
  checkKeystamp,
  checkRequirement,
  credentialsOfHeaders,
  type KeyRequirement,
  problemResponse,
} from '../http/index.js';
import type { Keystamp } from '../keystamp.js';

export type { AuthenticatedKey, KeyRequirement };

/** What `c.get('apiKey')` gives: `new Hono<ApiKeyEnv>()`. */
export interface ApiKeyEnv {
  Variables: { apiKey: AuthenticatedKey };
}

/** The same behind `optional: true`; null: without a key. */
export interface OptionalApiKeyEnv {
  Variables: { apiKey: AuthenticatedKey | null };
}

/**
 * Middleware for Hono 4 that lets pass what carries a valid API key, as `c.get('apiKey')`, and answers the rest with
 * a problem document. For an app, a path or a route. Throws an ArgumentError for a wrong requirement.
 */
export function authenticateApiKey(
  keystamp: Keystamp,
  requirement?: KeyRequirement & { optional?: false | undefined },
): MiddlewareHandler<ApiKeyEnv>;
export function authenticateApiKey(
  keystamp: Keystamp,
  requirement: KeyRequirement,
): MiddlewareHandler<OptionalApiKeyEnv>;
export function authenticateApiKey(
  keystamp: Keystamp,
  requirement: KeyRequirement = {},
): MiddlewareHandler {
  checkKeystamp(keystamp);
  const checked = checkRequirement(requirement);
  return async (c, next) => {
    const { url, raw } = c.req;
    const presented = { request: c, url, credentials: credentialsOfHeaders(raw.headers) };
    const outcome = await authenticate(keystamp, presented, checked);
    flushBeforeFreeze(c, keystamp);
    if (!outcome.admitted) return problemResponse(outcome.problem);
    c.set('apiKey', outcome.apiKey);
    return next();
  };
}

/** A serverless platform stops the process between requests, and with it the flush on its timer. */
function flushBeforeFreeze(c: Context, keystamp: Keystamp): void {
  const platform = executionContextOf(c);
  // A failed flush is logged and tried again; it is no failure of the request.
  platform?.waitUntil(keystamp.flush().catch(() => {}));
}

/** Null on a server that runs on. Hono throws there. */
function executionContextOf(c: Context) {
  try {
    return c.executionCtx;
  } catch {
    return null;
  }
}
