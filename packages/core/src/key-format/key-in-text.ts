import { MAX_LABEL_LENGTH } from '../rules/index.js';
import { isApiKeyShape } from './api-key-shape.js';

const AFTER_UNDERSCORE = 49;
/** Characters of the shortest key. */
export const SHORTEST_KEY = 1 + 1 + AFTER_UNDERSCORE;
/** Of a secret of 43 characters two are missing at most; a SHA-1 after an underscore (40) is shorter. */
const NEARLY_A_SECRET = /_[0-9A-Za-z]{41}/;

/** Whether a whole key, checksum and all, stands anywhere in `text`, with whatever before and after it. */
export function holdsApiKey(text: string): boolean {
  if (text.length < SHORTEST_KEY) return false;
  for (let at = text.indexOf('_', 1); at > 0; at = text.indexOf('_', at + 1)) {
    if (endsLabelOfKey(text, at)) return true;
  }
  return false;
}

/** A letter before the label looks like a part of it: each start that a label can have is tried. */
function endsLabelOfKey(text: string, underscoreAt: number): boolean {
  const end = underscoreAt + 1 + AFTER_UNDERSCORE;
  if (end > text.length) return false;
  const first = Math.max(0, underscoreAt - MAX_LABEL_LENGTH);
  for (let start = underscoreAt - 1; start >= first; start--) {
    if (!/[a-z0-9]/.test(text.charAt(start))) return false;
    if (isApiKeyShape(text.slice(start, end))) return true;
  }
  return false;
}

/**
 * Whether `text` may give a key away: a whole one, or one that was mistyped, cut off at its end or put under another label. Wider
 * than `holdsApiKey`, and so for texts of people only (a search, a name): ids and URLs of programs run on like this too.
 */
export function mayHoldApiKey(text: string): boolean {
  return NEARLY_A_SECRET.test(text);
}

/** A key is all unreserved characters; a key that is encoded anyway is still found, even if other parts of the path are not valid encodings. */
export function decodedPath(path: string): string {
  if (!path.includes('%')) return path;
  return path.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16)));
}
