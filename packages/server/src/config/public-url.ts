import type { IncomingMessage } from 'node:http';

/** The part of the configuration that says where browsers reach the server; null: nobody said. */
export interface PublicUrl {
  readonly publicUrl: string | null;
}

/** What `parsePublicUrl` takes, for the message of a refusal. */
export const PUBLIC_URL_RULE =
  'a URL like https://keys.example.com or https://example.com/keys/. Its path may have letters, digits and - . _ ~ ' +
  'between single slashes, and no . or .. as a step';

/** Unreserved characters (RFC 3986 §2.3): every proxy, browser and cookie reads them in the same way. */
const URL_WITH_PATH = /^https?:\/\/[^\s/?#\\]+((\/(?!\.{1,2}(\/|$))[\w.~-]+)*)\/?$/i;

/**
 * Scheme, host, port and path, without a slash at the end: `https://example.com/keys`. Null: it is not a URL, or it has a
 * user, a query, a fragment, or a path that a proxy might change on the way.
 */
export function parsePublicUrl(text: string): string | null {
  const url = text.trim();
  const path = URL_WITH_PATH.exec(url)?.[1];
  if (path === undefined || !URL.canParse(url)) return null;
  const { origin, username, password } = new URL(url);
  return username === '' && password === '' ? `${origin}${path}` : null;
}

/** The path of the public URL without a slash at its end, as `/keys`. Empty: the server has the whole host. */
export function publicPath({ publicUrl }: PublicUrl): string {
  return publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
}

/** Scheme, host and port, as browsers send them in `Origin`. Null: there is not a public URL. */
export function publicOrigin({ publicUrl }: PublicUrl): string | null {
  return publicUrl === null ? null : new URL(publicUrl).origin;
}

/**
 * Takes the public path off the URL of a request, because a proxy may pass it on or take it off itself. The path of a
 * request that a proxy says it has shortened (`X-Forwarded-Prefix`) is complete: else `/keys/keys/metrics` would be
 * `/metrics` here, and the proxy's own rule for `/keys/metrics` would not hold. The header counts from anyone, because a
 * request with it reaches less.
 */
export function withoutPublicPath(config: PublicUrl) {
  const path = publicPath(config);
  return ({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string => {
    if (path === '' || !url.startsWith(path)) return url;
    const rest = url.slice(path.length);
    const isBelow = rest === '' || rest.startsWith('/') || rest.startsWith('?');
    if (!isBelow || isPath(headers['x-forwarded-prefix'], path)) return url;
    return rest.startsWith('/') ? rest : `/${rest}`;
  };
}

function isPath(header: string | string[] | undefined, path: string): boolean {
  return String(header ?? '').replace(/\/$/, '') === path;
}
