import { ArgumentError } from '../errors.js';
import {
  type AuthenticatedKey,
  checkKeystamp,
  checkRequirement,
  type KeyRequirement,
  problemResponse,
} from '../http/index.js';
import type { Keystamp, RequestOrigin } from '../keystamp.js';
import { type FieldsOf, validateFields } from '../model/known-fields.js';
import { authenticateWebRequest, flushQuietly, pathOf, type WebRequest } from './web-request.js';

export type { AuthenticatedKey, KeyRequirement, WebRequest };

/** An instance, or a function that gives it: called for each request, so that nothing is opened while an app is built. */
export type KeystampSource = Keystamp | (() => Keystamp | Promise<Keystamp>);

/** What a `Request` does not say of itself. All of it may be left out. */
export interface RequestSurroundings {
  /**
   * The address of the client, of which the history of a refused key has the network. Called only where a key is refused. Default:
   * unknown.
   *
   * @example { address: () => event.getClientAddress() }
   */
  readonly address?: (() => string | null | undefined) | undefined;
  /** The pattern of the route, such as `/orders/:id`, for the history of a refused key. Default: the path of the request. */
  readonly route?: string | null | undefined;
  /**
   * Where the platform stops the process after an answer: what makes it wait for a promise. The uses are then written before it
   * stops. Default: the process runs on.
   */
  readonly waitUntil?: ((task: Promise<void>) => void) | undefined;
}

/** `response` null: the request may go on, by `apiKey`. Else send `response`, and nothing else. */
export type RequestAuthentication<Key = AuthenticatedKey> =
  | { readonly response: null; readonly apiKey: Key }
  | { readonly response: Response; readonly apiKey: null };

/** Judges a request. Rejects only for what nobody foresaw: answer that with 500. */
export type AuthenticateRequest<Key = AuthenticatedKey> = (
  request: WebRequest,
  surroundings?: RequestSurroundings,
) => Promise<RequestAuthentication<Key>>;

const SURROUNDINGS: FieldsOf<RequestSurroundings> = { address: true, route: true, waitUntil: true };
const NONE: RequestSurroundings = {};

/**
 * For every server with the web's `Request` and `Response`: h3 and Nitro, SvelteKit, Astro, Bun, Deno. The function that it
 * gives finds the API key of a request and validates it. The answer to a request that may not pass is a problem document. Throws an
 * ArgumentError for a wrong requirement. With `optional: true`, `apiKey` is null for a request without a key.
 *
 * @example
 * const authenticate = authenticateApiKey(keystamp, { scopes: ['orders:read'] });
 *
 * async function fetch(request: Request): Promise<Response> {
 *   const { response, apiKey } = await authenticate(request);
 *   if (response !== null) return response;
 *   return Response.json({ user: apiKey.user.id });
 * }
 */
export function authenticateApiKey(
  keystamp: KeystampSource,
  requirement?: KeyRequirement & { optional?: false | undefined },
): AuthenticateRequest;
export function authenticateApiKey(
  keystamp: KeystampSource,
  requirement: KeyRequirement,
): AuthenticateRequest<AuthenticatedKey | null>;
export function authenticateApiKey(
  keystamp: KeystampSource,
  requirement: KeyRequirement = {},
): AuthenticateRequest<AuthenticatedKey | null> {
  const open = openerOf(keystamp);
  const checked = checkRequirement(requirement);
  return async (request, surroundings = NONE) => {
    checkSurroundings(surroundings);
    const { waitUntil } = surroundings;
    const outcome = await authenticateWebRequest(request, checked, {
      open,
      from: new WebOrigin(request, surroundings),
      afterwards: waitUntil === undefined ? null : (instance) => waitUntil(flushQuietly(instance)),
    });
    if (!outcome.admitted) return { response: problemResponse(outcome.problem), apiKey: null };
    return { response: null, apiKey: outcome.apiKey };
  };
}

function openerOf(keystamp: KeystampSource): () => Keystamp | Promise<Keystamp> {
  if (typeof keystamp === 'function') return keystamp;
  checkKeystamp(keystamp);
  return () => keystamp;
}

function checkSurroundings(given: RequestSurroundings): void {
  const wrong = validateFields(given, SURROUNDINGS, 'surroundings');
  if (wrong !== null) throw wrong;
  const { address, route, waitUntil } = given;
  if (address !== undefined && typeof address !== 'function') {
    throw new ArgumentError('address', "a function that gives the client's address");
  }
  if (route !== undefined && route !== null && typeof route !== 'string') {
    throw new ArgumentError('route', 'the pattern of the route, or null');
  }
  if (waitUntil !== undefined && typeof waitUntil !== 'function') {
    throw new ArgumentError('waitUntil', 'a function that takes a promise');
  }
}

/** Reads the request where its key is refused, and only then. */
class WebOrigin implements RequestOrigin {
  readonly #request: WebRequest;
  readonly #surroundings: RequestSurroundings;

  constructor(request: WebRequest, surroundings: RequestSurroundings) {
    this.#request = request;
    this.#surroundings = surroundings;
  }

  get route(): string {
    const { route } = this.#surroundings;
    return typeof route === 'string' ? `${this.#request.method} ${route}` : pathOf(this.#request);
  }

  get address(): string | null {
    return this.#surroundings.address?.() ?? null;
  }
}
