import { decodedPath, holdsApiKey, SHORTEST_KEY } from '../key-format/key-in-text.js';
import { type Problem, problem } from './problem.js';

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * The answer to a request that has an API key in its URL: URLs are logged, kept and shared. Null: it has none.
 * `url` is path and query, as they came; `names` are parameters that mean a key whatever they hold, in lower case.
 */
export function rejectKeyInUrl(url: string, names = NO_NAMES): Problem | null {
  const field = fieldWithKey(url, names);
  return field === null ? null : keyInUrl(field);
}

/** Where in the URL the key stands; null: nowhere. */
function fieldWithKey(url: string, names: ReadonlySet<string>): string | null {
  const mark = url.indexOf('?');
  // Nearly every URL: it has no query, and an encoding makes it no shorter.
  if (mark < 0 && url.length < SHORTEST_KEY) return null;
  const query = mark < 0 ? [] : new URLSearchParams(url.slice(mark + 1));
  for (const [name, value] of query) {
    if (names.has(name.toLowerCase())) return name;
    if (holdsApiKey(value) || holdsApiKey(name)) return nameFor(name);
  }
  return holdsApiKey(decodedPath(mark < 0 ? url : url.slice(0, mark))) ? 'path' : null;
}

function nameFor(name: string): string {
  return /^[\w.-]{1,40}$/.test(name) ? name : 'query';
}

function keyInUrl(field: string): Problem {
  const message = 'expected no API key in the URL: send it as X-API-Key or Authorization: Bearer';
  return problem(400, `${field}: ${message}`, { errors: [{ field, message }] });
}
