import { decodedPath } from '../key-format/key-in-text.js';
import type { RequestOrigin } from '../keystamp.js';
import type { RefusedUse } from '../model/key-event.js';
import { networkOf, printableText } from '../rules/index.js';

const MAX_ROUTE_LENGTH = 200;
/**
 * So much of a secret that somebody could try all that may follow: ten characters at most. A route is nobody's choice of words, so this
 * is wider than `mayHoldApiKey`; a UUID without hyphens (32) is shorter.
 */
const MOST_OF_A_SECRET = /_[0-9A-Za-z]{33}/;
/** What is encoded more often than this is not looked into, and not kept. */
const MAX_ENCODINGS = 3;

/** What is kept of the place where a refused key was presented. */
export function keptOrigin(from: RequestOrigin | undefined): Pick<RefusedUse, 'route' | 'network'> {
  const route = textOf(() => from?.route);
  const address = textOf(() => from?.address);
  return {
    route: route === null ? null : routeOf(route),
    network: address === null ? null : networkOf(address),
  };
}

/** The caller's, and maybe a getter that throws: null is as good as unknown. */
function textOf(read: () => unknown): string | null {
  try {
    const text = read();
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}

/** Without its query, which is nobody's route and may hold anything. Null: empty, or it may give a key away. */
function routeOf(text: string): string | null {
  const [path = ''] = text.split('?', 1);
  if (mayGiveKeyAway(path)) return null;
  const route = printableText(path.slice(0, MAX_ROUTE_LENGTH)).trim();
  return route === '' ? null : route;
}

/** A key that was encoded twice, as by a client and by a proxy, is a key all the same. */
function mayGiveKeyAway(path: string): boolean {
  let text = path;
  for (let encodings = 0; encodings <= MAX_ENCODINGS; encodings++) {
    if (MOST_OF_A_SECRET.test(text)) return true;
    const decoded = decodedPath(text);
    if (decoded === text) return false;
    text = decoded;
  }
  return true;
}
