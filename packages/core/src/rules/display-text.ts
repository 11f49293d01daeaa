/**
 * What a text may hold that people read: the name of a key or of a user, the id of a user. It shows as what it is: nothing in
 * it breaks the line, turns the text around it, or stays unseen as a whole.
 */

/** Characters (code points) of a name. */
export const MAX_NAME_LENGTH = 100;
/** Characters of a user's id. */
export const MAX_USER_ID_LENGTH = 255;

/**
 * Controls, halves of characters, separators of lines and paragraphs, marks of writing direction. The marks stand as
 * themselves: an escape that RE2 reads is none in ECMAScript, and the sources of these patterns go to users of either.
 */
export const DECEPTIVE = `\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}${'\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069'}`;
const EACH_DECEPTIVE = new RegExp(`[${DECEPTIVE}]`, 'gu');

/** What Unicode calls ignorable, or shows as nothing, beside all that is called a format character (Cf). */
const BLANK =
  '\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\u{e0000}-\u{e0fff}';
/** The format characters (Cf) that are not deceptive, and not among those. */
const FORMAT =
  '\u00ad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u200b-\u200d\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}';
const VISIBLE = `[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Z}${BLANK}]`;

/**
 * A display text of any length. Its source is a `pattern` of JSON Schema. It reads up to the first visible character and
 * then on: no text takes longer than its length. RE2 has no lookahead, and fewer properties than ECMAScript.
 */
export const DISPLAY_TEXT_PATTERN = new RegExp(
  `^[\\p{Zs}${BLANK}${FORMAT}]*${VISIBLE}[^${DECEPTIVE}]*$`,
  'u',
);
const WITHOUT =
  'at least one of them visible, without control characters, line breaks and marks of writing direction';
export const NAME_EXPECTED = `a text of 1 to ${MAX_NAME_LENGTH} characters, ${WITHOUT}`;
export const USER_ID_EXPECTED = `a text of 1 to ${MAX_USER_ID_LENGTH} characters, ${WITHOUT}`;

/** Of some letters the composed form is the longer one: it counts too. */
export function isName(text: string): boolean {
  return isDisplayText(text, MAX_NAME_LENGTH) && lengthOf(tidyName(text)) <= MAX_NAME_LENGTH;
}

export function isUserId(text: string): boolean {
  return isDisplayText(text, MAX_USER_ID_LENGTH);
}

/** A name as it is stored: without the spaces around it, in Unicode's composed form. */
export function tidyName(name: string): string {
  return name.trim().normalize('NFC');
}

/** Text from elsewhere, to be shown where nothing else keeps it in its place: a terminal. */
export function printableText(text: string): string {
  return text.replace(EACH_DECEPTIVE, '\ufffd');
}

/** In characters, as PostgreSQL and JSON Schema count. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

function isDisplayText(text: string, maxLength: number): boolean {
  return lengthOf(text) <= maxLength && DISPLAY_TEXT_PATTERN.test(text);
}
