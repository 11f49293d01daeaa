import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../../config/config.js';
import { type OwnCookie, ownCookie, readCookie } from '../../http/cookies.js';
import { newSecret } from '../sessions/session-id.js';

/** Lax: it must come along when the provider sends the browser back. */
function cookieOf(config: ServerConfig): OwnCookie {
  return ownCookie(config, 'keystamp-oidc', { path: '/', sameSite: 'lax' });
}

/** What the browser keeps while it signs in; null: nothing that could be ours. */
export function readBrowserSecret(config: ServerConfig, request: FastifyRequest): string | null {
  const value = readCookie(request, cookieOf(config)) ?? '';
  return /^[\w-]{43}$/.test(value) ? value : null;
}

/**
 * Gives the browser a secret for ten minutes. One that it has stays, also after a sign-in, so that sign-ins in two tabs
 * both end well: what it begins is good once, by its state.
 */
export function keepBrowserSecret(
  config: ServerConfig,
  request: FastifyRequest,
  reply: FastifyReply,
): string {
  const { name, options } = cookieOf(config);
  const secret = readBrowserSecret(config, request) ?? newSecret();
  reply.setCookie(name, secret, { ...options, maxAge: 10 * 60 });
  return secret;
}
