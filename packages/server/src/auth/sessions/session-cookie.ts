import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_MAX_DAYS } from 'keystamp/rules';
import type { ServerConfig } from '../../config/config.js';
import { type OwnCookie, ownCookie, readCookie } from '../../http/cookies.js';

export function sessionCookie(config: ServerConfig): OwnCookie {
  return ownCookie(config, 'keystamp', { path: '/', sameSite: 'lax' });
}

/** The session's id that the browser sent; null: none. */
export function readSessionCookie(config: ServerConfig, request: FastifyRequest): string | null {
  return readCookie(request, sessionCookie(config));
}

export function setSessionCookie(config: ServerConfig, reply: FastifyReply, id: string): void {
  const { name, options } = sessionCookie(config);
  reply.setCookie(name, id, { ...options, maxAge: SESSION_MAX_DAYS * 24 * 60 * 60 });
}

export function clearSessionCookie(config: ServerConfig, reply: FastifyReply): void {
  const { name, options } = sessionCookie(config);
  reply.clearCookie(name, options);
}
