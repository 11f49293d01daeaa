import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../config.js';
import { isReachedByHttps } from '../origin.js';

/** With https the name's prefix binds the cookie to this host, over TLS, for all paths. */
function cookieOf(config: ServerConfig): { name: string; options: CookieSerializeOptions } {
  const secure = isReachedByHttps(config);
  return {
    name: secure ? '__Host-keystamp' : 'keystamp',
    options: { path: '/', httpOnly: true, sameSite: 'lax', secure },
  };
}

/** The session's id that the browser sent; null: none. */
export function readSessionCookie(config: ServerConfig, request: FastifyRequest): string | null {
  return request.cookies[cookieOf(config).name] || null;
}

export function setSessionCookie(config: ServerConfig, reply: FastifyReply, id: string): void {
  const { name, options } = cookieOf(config);
  reply.setCookie(name, id, { ...options, maxAge: 7 * 24 * 60 * 60 });
}

export function clearSessionCookie(config: ServerConfig, reply: FastifyReply): void {
  const { name, options } = cookieOf(config);
  reply.clearCookie(name, options);
}
