import { hashInBrowser } from './hash-in-browser.ts';

/** A key that is looked for ("whose key leaked?"): what may be known of it. The key itself is forgotten at once. */
export interface PastedKey {
  readonly prefix: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

export function pastedKey(apiKey: string, prefix: string): PastedKey {
  return { prefix, hash: hashInBrowser(apiKey) };
}
