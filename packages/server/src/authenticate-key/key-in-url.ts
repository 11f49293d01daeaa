import type { HttpApp } from '../http-app.js';
import { type HttpProblem, wrongField } from '../problem.js';
import { holdsApiKey } from './key-in-text.js';

/** Parameters that carry a key elsewhere; here nothing reads them, and a key never belongs in a URL. */
const KEY_PARAMETERS = new Set(['api_key', 'apikey', 'access_token']);

/** Refuses, on every route, a request that has an API key in its URL: URLs are logged, kept and shared. */
export function refuseKeysInUrls(app: HttpApp): void {
  app.addHook('onRequest', async (request) => {
    const url = request.raw.url ?? '';
    const mark = url.indexOf('?');
    if (mark >= 0) refuseKeyInQuery(new URLSearchParams(url.slice(mark + 1)));
    if (holdsApiKey(decoded(mark < 0 ? url : url.slice(0, mark)))) throw keyInUrl('path');
  });
}

function refuseKeyInQuery(query: URLSearchParams): void {
  for (const [name, value] of query) {
    if (KEY_PARAMETERS.has(name.toLowerCase())) throw keyInUrl(name);
    if (holdsApiKey(value) || holdsApiKey(name)) throw keyInUrl(nameFor(name));
  }
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
