import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AuthenticatedKey,
  authenticate,
  checkKeystamp,
  checkRequirement,
  credentialsOfRawHeaders,
  type KeyRequirement,
  type Problem,
  problemDocument,
  problemHeaders,
} from '../http/index.js';
import type { Keystamp, RequestOrigin } from '../keystamp.js';

export type { AuthenticatedKey, KeyRequirement };

declare global {
  namespace Express {
    interface Request {
      /** Null: without a key, where none is required. Left out: the request has not been authenticated. */
      apiKey?: AuthenticatedKey | null;
    }
  }
}

/** What of an Express request is looked at and set; a plain Node request does too. */
export interface RequestWithApiKey extends IncomingMessage {
  originalUrl?: string;
  baseUrl?: string;
  route?: { path?: unknown } | undefined;
  ip?: string | undefined;
  apiKey?: AuthenticatedKey | null;
}

export type ApiKeyMiddleware = (
  request: RequestWithApiKey,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Middleware for Express 4 and 5 that lets pass what carries a valid API key, as `request.apiKey`, and answers
 * the rest with a problem document. For an app, a router or a route. Throws an ArgumentError for a wrong requirement.
 */
export function authenticateApiKey(
  keystamp: Keystamp,
  requirement: KeyRequirement = {},
): ApiKeyMiddleware {
  checkKeystamp(keystamp);
  const checked = checkRequirement(requirement);
  return (request, response, next) => {
    const presented = {
      request,
      // A router cuts its own path off `url`.
      url: request.originalUrl ?? request.url ?? '',
      credentials: credentialsOfRawHeaders(request.rawHeaders),
      from: new ExpressOrigin(request),
    };
    authenticate(keystamp, presented, checked)
      .then((outcome) => {
        // Somebody else has answered meanwhile: a timeout, most likely.
        if (response.headersSent || response.writableEnded) return;
        if (!outcome.admitted) return send(response, outcome.problem);
        request.apiKey = outcome.apiKey;
        next();
      })
      .catch(next);
  };
}

/** Reads the request where its key is refused, and only then. */
class ExpressOrigin implements RequestOrigin {
  readonly #request: RequestWithApiKey;

  constructor(request: RequestWithApiKey) {
    this.#request = request;
  }

  /** Middleware of an app or a router runs before the route is known. */
  get route(): string {
    const { method, route, baseUrl = '', originalUrl, url } = this.#request;
    const pattern = typeof route?.path === 'string' ? `${baseUrl}${route.path}` : null;
    return `${method} ${pattern ?? originalUrl ?? url}`;
  }

  /** As the app's setting `trust proxy` has it. */
  get address(): string | null {
    const { ip, socket } = this.#request;
    return ip ?? socket.remoteAddress ?? null;
  }
}

function send(response: ServerResponse, problem: Problem): void {
  response.statusCode = problem.status;
  for (const [name, value] of Object.entries(problemHeaders(problem))) {
    response.setHeader(name, value);
  }
  response.end(JSON.stringify(problemDocument(problem)));
}
