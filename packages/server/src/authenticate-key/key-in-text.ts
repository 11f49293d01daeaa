import { isApiKeyShape } from 'keystamp/shape';
import type { FieldError } from '../contract/problem.js';
import { HttpProblem } from '../problem.js';

const AFTER_UNDERSCORE = 49;
const LONGEST_LABEL = 16;
const SHORTEST_KEY = 1 + 1 + AFTER_UNDERSCORE;

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
  const first = Math.max(0, underscoreAt - LONGEST_LABEL);
  for (let start = underscoreAt - 1; start >= first; start--) {
    if (!/[a-z0-9]/.test(text.charAt(start))) return false;
    if (isApiKeyShape(text.slice(start, end))) return true;
  }
  return false;
}

type Texts = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** Refuses a key pasted into a field that is stored and shown in clear (K1). Fields by their names on the wire. */
export function refuseKeysIn(texts: Texts): void {
  const errors = Object.entries(texts).flatMap(([field, text]) =>
    typeof text === 'string' ? faultsOf(field, text) : faultsOfAll(field, text ?? []),
  );
  if (errors.length === 0) return;
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new HttpProblem(400, detail, { errors });
}

function faultsOfAll(field: string, texts: readonly string[]): FieldError[] {
  return texts.flatMap((text, i) => faultsOf(`${field}[${i}]`, text));
}

function faultsOf(field: string, text: string): FieldError[] {
  return holdsApiKey(text) ? [{ field, message: 'expected a text, not an API key' }] : [];
}
