import type { FastifyRequest } from 'fastify';
import { type PublicUrl, withoutPublicPath } from '../config/public-url.js';

/** What stands before the client's path. */
const OWN_PATH = /^\/ext-authz\/[^/?#]*/;

/**
 * The URL to find a route by. The client's path is the service's text: nothing of it, such as a wrong encoding or `..`,
 * may lead to another route or answer.
 */
export function routedUrl(url: string): string {
  return url.startsWith('/ext-authz/') ? (OWN_PATH.exec(url)?.[0] ?? url) : url;
}

/** The client's path and query, as Envoy appended them; empty for the other routes. */
export function appendedUrlOf(config: PublicUrl): (request: FastifyRequest) => string {
  const urlBelow = withoutPublicPath(config);
  return ({ raw, headers }) => {
    // As it came: `url` is the one to find a route by. Fastify's own `originalUrl` keeps it on the request as well.
    const { originalUrl = raw.url ?? '' } = raw as { originalUrl?: string };
    return appendedUrl(urlBelow({ url: originalUrl, headers }));
  };
}

function appendedUrl(url: string): string {
  if (!url.startsWith('/ext-authz/')) return '';
  const own = OWN_PATH.exec(url)?.[0];
  return own === undefined ? '' : url.slice(own.length);
}
