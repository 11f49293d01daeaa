import { createRequire } from 'node:module';

/** What people add to a common word, and attackers too. */
const SHORT_ENDING = /[\d\W_]{1,4}$/u;

let common: ReadonlySet<string> | null = null;

/**
 * Whether a password is one that attackers try first: one of the 49,000 most common, or one of them with up to four
 * digits or signs at its end. The case of letters and compatible forms of characters do not matter.
 */
export function isCommonPassword(password: string): boolean {
  const plain = password.normalize('NFKC').toLowerCase().trim();
  const known = commonPasswords();
  return known.has(plain) || known.has(plain.replace(SHORT_ENDING, ''));
}

/** Loaded when the first password is set: it takes some milliseconds and megabytes. */
function commonPasswords(): ReadonlySet<string> {
  if (common !== null) return common;
  const list = createRequire(import.meta.url)('@zxcvbn-ts/language-common') as {
    dictionary: { 'passwords-common': readonly string[] };
  };
  common = new Set(list.dictionary['passwords-common']);
  return common;
}
