import type { FastifyRequest } from 'fastify';
import { type PublicUrl, withoutPublicPath } from '../config/public-url.js';

/** What stands before the client's path. */
const OWN_PATH = /^\/ext-authz\/[^/?#]*/;

/**
 * The URL to find a route by. The client's path is the service's text: nothing of it, such as a wrong encoding or `..`,
 * may lead to another route or answer.
 */
export function routedUrl(url: string): string {
  return OWN_PATH.exec(url)?.[0] ?? url;
}

/** The client's path and query, as Envoy appended them; empty for the other routes. */
export function appendedUrlOf(config: PublicUrl): (request: FastifyRequest) => string {
  const urlBelow = withoutPublicPath(config);
  return ({ originalUrl, headers }) => appendedUrl(urlBelow({ url: originalUrl, headers }));
}

function appendedUrl(url: string): string {
  const own = OWN_PATH.exec(url)?.[0];
  return own === undefined ? '' : url.slice(own.length);
}
