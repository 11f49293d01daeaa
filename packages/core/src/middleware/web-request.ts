import {
  type Authentication,
  authenticate,
  type CheckedRequirement,
  checkKeystamp,
  credentialsOfHeaders,
  outageOf,
} from '../http/index.js';
import type { Keystamp, RequestOrigin } from '../keystamp.js';

/** What is read of a web `Request`. */
export type WebRequest = Pick<Request, 'url' | 'method' | 'headers'>;

/** How a request reaches its instance, where it comes from, and who waits for the flush. */
export interface WebPresentation {
  /** Gives the instance; called for each request. */
  readonly open: () => Keystamp | Promise<Keystamp>;
  readonly from: RequestOrigin;
  /** Null: the process runs on after the answer, and flushes by itself. */
  readonly afterwards: ((keystamp: Keystamp) => void) | null;
}

/** Judges a web `Request`. An instance that cannot be opened is an outage, which is a problem (503) and not thrown. */
export async function authenticateWebRequest(
  request: WebRequest,
  requirement: CheckedRequirement,
  { open, from, afterwards }: WebPresentation,
): Promise<Authentication> {
  // Read before the database is opened: that is where Next.js leaves a prerendering.
  const credentials = credentialsOfHeaders(request.headers);
  try {
    const keystamp = await open();
    checkKeystamp(keystamp);
    const presented = { request, url: request.url, credentials, from };
    const outcome = await authenticate(keystamp, presented, requirement);
    afterwards?.(keystamp);
    return outcome;
  } catch (error) {
    const outage = outageOf(error);
    if (outage === null) throw error;
    return { admitted: false, problem: outage, reason: null, cause: error };
  }
}

/** A failed flush is logged and tried again; it is no failure of the request. */
export function flushQuietly(keystamp: Keystamp): Promise<void> {
  return keystamp.flush().catch(() => {});
}

/** The path stands for the route where the server does not say its pattern. */
export function pathOf({ method, url }: WebRequest): string {
  return `${method} ${new URL(url).pathname}`;
}
