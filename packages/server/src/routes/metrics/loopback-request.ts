import type { IncomingMessage } from 'node:http';
import { isLoopbackName } from '../../config/loopback-name.js';

/**
 * Whether a program of this machine sends the request for itself. A proxy connects from loopback too, on behalf of somebody
 * else; so does a browser whose page made its own name lead to 127.0.0.1, which the Host header shows.
 */
export function isLoopbackRequest({
  socket,
  headers,
}: Pick<IncomingMessage, 'socket' | 'headers'>) {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return isLoopbackName(address) && isLoopbackHost(headers.host);
}

/** `host` is the header, with or without a port. */
function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && isLoopbackName(host.replace(/:\d+$/, ''));
}
