import type { FastifyRequest } from 'fastify';
import type { ServerConfig } from '../config/config.js';
import { isLoopbackName } from '../config/loopback-name.js';
import { publicOrigin } from '../config/public-url.js';
import type { ServerContext } from '../context.js';
import { problemType } from '../contract/problem-codes.js';
import { HttpProblem } from './problem.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses an unsafe request by cookie that does not prove to come from our own pages. */
export function requireOwnOrigin(context: ServerContext, request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return;
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined ? site === 'same-origin' : isOwnOrigin(context, origin)) return;
  throw foreign(context, origin);
}

/** Refuses a request without credentials that a browser says comes from elsewhere; programs send neither header. */
export function rejectForeignOrigin(context: ServerContext, request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined ? isOwnOrigin(context, origin) : isOwnSite(site)) return;
  throw foreign(context, origin);
}

function isOwnSite(site: string | string[] | undefined): boolean {
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** Whether browsers come by https: by the public URL, and without one where the server speaks TLS itself. */
export function isReachedByHttps({ publicUrl, tls }: Pick<ServerConfig, 'publicUrl' | 'tls'>) {
  return publicUrl === null ? tls !== null : publicUrl.startsWith('https:');
}

/** Where the server is reached without a public URL, by the address that it listens on. */
export function listenedOrigin({ config, localPort }: ServerContext): string {
  const name = config.host.includes(':') ? `[${config.host}]` : config.host;
  return `${ownScheme(config)}//${name}:${localPort()}`;
}

/** As the server speaks itself, whatever a proxy in front does. */
function ownScheme({ tls }: ServerConfig): 'https:' | 'http:' {
  return tls === null ? 'http:' : 'https:';
}

export function isOwnOrigin({ config, localPort }: ServerContext, origin: string): boolean {
  if (config.publicUrl !== null) return origin === publicOrigin(config);
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  const scheme = ownScheme(config);
  const port = Number(url.port || (scheme === 'http:' ? 80 : 443));
  return url.protocol === scheme && port === localPort() && isLoopbackName(url.hostname);
}

function foreign({ config, localPort }: ServerContext, received: string | undefined): HttpProblem {
  const loopback = `${ownScheme(config)}//localhost:${localPort()}`;
  const own = publicOrigin(config) ?? `${loopback} (or another loopback name on that port)`;
  const detail = `The request was sent ${describeOrigin(received)}. Expected Origin: ${own}`;
  return new HttpProblem(403, detail, { type: problemType('foreign_origin') }).countedAs(
    'foreign_origin',
  );
}

/** A page without an origin says `null`, as does what is no URL of one. */
function describeOrigin(received: string | undefined): string {
  if (received === undefined) return 'without the header Origin';
  return `with Origin: ${URL.canParse(received) ? new URL(received).origin : 'null'}`;
}
