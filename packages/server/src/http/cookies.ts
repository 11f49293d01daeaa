import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import type { ServerConfig } from '../config/config.js';
import { publicPath } from '../config/public-url.js';
import { isReachedByHttps } from './origin.js';

interface CookieScope {
  /** Below the public path. */
  readonly path: string;
  readonly sameSite: 'lax' | 'strict';
}

/** A cookie of the server: its name as it is sent, and its attributes. */
export interface OwnCookie {
  readonly name: string;
  readonly options: CookieSerializeOptions;
}

/** The value of a cookie that came; null: none, or an empty one. Few requests have cookies: they are read where they count. */
export function readCookie(
  { headers, server }: FastifyRequest,
  { name }: OwnCookie,
): string | null {
  const { cookie } = headers;
  return cookie === undefined ? null : server.parseCookie(cookie)[name] || null;
}

/**
 * With https, the prefix of the name makes browsers refuse the cookie without TLS. `__Host-` also keeps it from other
 * hosts of the domain, and demands the path `/`. Below another path the cookie is `__Secure-`, so that two servers on one
 * host do not overwrite each other's cookies.
 */
export function ownCookie(
  config: ServerConfig,
  name: string,
  { path: below, sameSite }: CookieScope,
): OwnCookie {
  const secure = isReachedByHttps(config);
  const path = `${publicPath(config)}${below}`;
  const prefix = path === '/' ? '__Host-' : '__Secure-';
  return {
    name: secure ? `${prefix}${name}` : name,
    options: { path, httpOnly: true, sameSite, secure },
  };
}
