import { isApiKeyShape, mayHoldApiKey } from 'keystamp/shape';

/** What somebody put into the search field. A key in it goes nowhere: neither request nor history. */
export type SearchText =
  | { readonly kind: 'text'; readonly q: string }
  | { readonly kind: 'key'; readonly apiKey: string; readonly prefix: string }
  /** Too much of a key to be sent, yet not a whole one: cut off, or with a typo. `prefix` is empty where it has none. */
  | { readonly kind: 'part_of_key'; readonly prefix: string };

/** No name of a key runs on like this; a prefix, which may be searched for, is 6 characters long. */
const KEY_LIKE = /([a-z][a-z0-9]{0,15}_[0-9A-Za-z]{6})[0-9A-Za-z]{10,}/;

/** Judges a text before anything is done with it; keys are found within headers, quotes and lines too. */
export function judgeSearchText(text: string): SearchText {
  for (const [word] of text.matchAll(/[a-z0-9]{1,16}_[0-9A-Za-z]{49}/g)) {
    if (isApiKeyShape(word)) return { kind: 'key', apiKey: word, prefix: prefixOf(word) };
  }
  const [, prefix] = KEY_LIKE.exec(text) ?? [];
  if (prefix !== undefined) return { kind: 'part_of_key', prefix };
  // What the server would refuse: also where the label is mistyped, and with it the prefix.
  return mayHoldApiKey(text) ? { kind: 'part_of_key', prefix: '' } : { kind: 'text', q: text };
}

function prefixOf(apiKey: string): string {
  return apiKey.slice(0, apiKey.indexOf('_') + 7);
}
