import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../../config/config.js';
import { type OwnCookie, ownCookie, readCookie } from '../../http/cookies.js';

/**
 * A browser that signed in before is known by a cookie (OWASP's "device cookie"): its failures are counted by
 * themselves, so that what others at its address fail does not keep its owner out. The cookie is a random name and
 * a MAC of it and the account, keyed by the password hash, which holds 128 random bits of salt: it ends with that
 * password, and needs no table and no secret of the server's.
 */
const SHAPE = /^([\w-]{22})\.([\w-]{43})$/;
const REMEMBERED_FOR_S = 180 * 24 * 60 * 60;

/** Whose browser it is. */
export interface Account {
  readonly id: string;
  readonly passwordHash: string;
}

/** A new name with its proof, for a browser whose user has just proved the password. */
export function nameBrowser(account: Account): string {
  const name = randomBytes(16).toString('base64url');
  return `${name}.${macOf(name, account).toString('base64url')}`;
}

/** The browser's name, where its cookie is of this account and its password; null: it is not known there. */
export function knownBrowser(cookie: string | null, account: Account): string | null {
  const [, name, mac] = SHAPE.exec(cookie ?? '') ?? [];
  if (name === undefined || mac === undefined) return null;
  return timingSafeEqual(Buffer.from(mac, 'base64url'), macOf(name, account)) ? name : null;
}

function macOf(name: string, { id, passwordHash }: Account): Buffer {
  return createHmac('sha256', passwordHash).update(`browser\n${name}\n${id}`).digest();
}

/** Sent with sign-ins alone. */
function cookieOf(config: ServerConfig): OwnCookie {
  return ownCookie(config, 'keystamp-browser', { path: '/api/auth/login', sameSite: 'strict' });
}

export function readBrowserCookie(config: ServerConfig, request: FastifyRequest): string | null {
  return readCookie(request, cookieOf(config));
}

/** Known without reading the cookies. */
export function mayHaveBrowserCookie({ headers }: FastifyRequest): boolean {
  return headers.cookie?.includes('keystamp-browser=') ?? false;
}

export function setBrowserCookie(config: ServerConfig, reply: FastifyReply, cookie: string): void {
  const { name, options } = cookieOf(config);
  reply.setCookie(name, cookie, { ...options, maxAge: REMEMBERED_FOR_S });
}
