import { ArgumentError } from '../errors.js';
import {
  type AuthenticatedKey,
  checkRequirement,
  type KeyRequirement,
  problemResponse,
} from '../http/index.js';
import type { Keystamp, RequestOrigin } from '../keystamp.js';
import { checkFields, type FieldsOf } from '../model/known-fields.js';
import { authenticateWebRequest, flushQuietly, pathOf } from './web-request.js';

export type { AuthenticatedKey, KeyRequirement };

/** The second argument of a route handler of the App Router. */
export interface RouteContext {
  readonly params: Promise<Record<string, string | string[] | undefined>>;
}

/** A route handler of the App Router, as Next.js calls it. */
export type RouteHandler<R, C> = (request: R, context: C) => Promise<Response>;

export interface WithApiKeyOptions {
  /** `after` of `next/server`: uses are then written before a serverless platform stops the process. */
  readonly after?: ((task: () => Promise<void>) => void) | undefined;
  /**
   * The address of a request's client, of which the history of a refused key has the network. Next.js does not say it; a platform
   * or a proxy in front does, in a header. Default: unknown.
   *
   * @example { address: (request) => request.headers.get('x-real-ip') }
   */
  readonly address?: ((request: Request) => string | null | undefined) | undefined;
}

const OPTIONS: FieldsOf<WithApiKeyOptions> = { after: true, address: true };

/** Makes a route handler of one that also gets `apiKey` in its second argument. Throws an ArgumentError for a wrong requirement. */
export interface WithApiKey {
  <C extends object = RouteContext, R extends Request = Request>(
    handler: (
      request: R,
      context: C & { apiKey: AuthenticatedKey },
    ) => Response | Promise<Response>,
    requirement?: KeyRequirement & { optional?: false | undefined },
  ): RouteHandler<R, C>;
  <C extends object = RouteContext, R extends Request = Request>(
    handler: (
      request: R,
      context: C & { apiKey: AuthenticatedKey | null },
    ) => Response | Promise<Response>,
    requirement: KeyRequirement,
  ): RouteHandler<R, C>;
}

/**
 * `withApiKey` for the route handlers of a Next.js app (App Router, runtime `nodejs`). `open` gives the instance; it is
 * called for each request, and first for a request, not while the app is built.
 */
export function createWithApiKey(
  open: () => Keystamp | Promise<Keystamp>,
  options: WithApiKeyOptions = {},
): WithApiKey {
  const { after, address } = checkFields(options, OPTIONS, 'options');
  if (after !== undefined && typeof after !== 'function') {
    throw new ArgumentError('after', 'the function of that name in next/server');
  }
  if (address !== undefined && typeof address !== 'function') {
    throw new ArgumentError('address', "a function that gives the client's address");
  }
  // An instance is no function, and a promise of one neither.
  if (typeof open !== 'function') {
    throw new ArgumentError('open', 'a function that gives the instance');
  }
  return <C extends object, R extends Request>(
    handler: (request: R, context: C & { apiKey: never }) => Response | Promise<Response>,
    requirement: KeyRequirement = {},
  ): RouteHandler<R, C> => {
    if (typeof handler !== 'function') throw new ArgumentError('handler', 'a route handler');
    const checked = checkRequirement(requirement);
    const afterwards =
      after === undefined ? null : (keystamp: Keystamp) => after(() => flushQuietly(keystamp));
    return async (request, context) => {
      const from = new NextOrigin(request, address);
      const outcome = await authenticateWebRequest(request, checked, { open, from, afterwards });
      if (!outcome.admitted) return problemResponse(outcome.problem);
      return handler(request, { ...context, apiKey: outcome.apiKey as never });
    };
  };
}

/** Reads the request where its key is refused, and only then. */
class NextOrigin implements RequestOrigin {
  readonly #request: Request;
  readonly #addressOf: WithApiKeyOptions['address'];

  constructor(request: Request, addressOf: WithApiKeyOptions['address']) {
    this.#request = request;
    this.#addressOf = addressOf;
  }

  /** A route handler does not know its own pattern. */
  get route(): string {
    return pathOf(this.#request);
  }

  get address(): string | null {
    return this.#addressOf?.(this.#request) ?? null;
  }
}
