import type { HttpApp } from '../http-app.js';
import { isNavigation } from '../page/page.js';
import { type HttpProblem, wrongField } from '../problem.js';
import { KEY_IN_ADDRESS } from './key-in-address.js';
import { holdsApiKey } from './key-in-text.js';

/** Parameters that carry a key elsewhere; here nothing reads them, and a key never belongs in a URL. */
const KEY_PARAMETERS = new Set(['api_key', 'apikey', 'access_token']);

/** Refuses, on every route, a request that has an API key in its URL: URLs are logged, kept and shared. */
export function refuseKeysInUrls(app: HttpApp): void {
  app.addHook('onRequest', async (request, reply) => {
    const field = fieldWithKey(request.raw.url ?? '');
    if (field === null) return;
    if (!isNavigation(request)) throw keyInUrl(field);
    return reply.code(400).type('text/html; charset=utf-8').send(KEY_IN_ADDRESS);
  });
}

/** Where in the URL the key stands; null: nowhere. */
function fieldWithKey(url: string): string | null {
  const mark = url.indexOf('?');
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  for (const [name, value] of query) {
    if (KEY_PARAMETERS.has(name.toLowerCase())) return name;
    if (holdsApiKey(value) || holdsApiKey(name)) return nameFor(name);
  }
  return holdsApiKey(decoded(mark < 0 ? url : url.slice(0, mark))) ? 'path' : null;
}

function nameFor(name: string): string {
  return /^[\w.-]{1,40}$/.test(name) ? name : 'query';
}

/** A key is all unreserved characters; whoever encodes it anyway is still caught. */
function decoded(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function keyInUrl(field: string): HttpProblem {
  return wrongField(
    field,
    'expected no API key in the URL: send it as X-API-Key or Authorization: Bearer',
  );
}
