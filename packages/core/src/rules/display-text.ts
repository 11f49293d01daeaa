/**
 * What a text may hold that people read: the name of a key or of a user, the id of a user. It shows as what it is: nothing in
 * it breaks the line, turns the text around it, or stays unseen as a whole.
 */

/** Characters (code points) of a name. */
export const MAX_NAME_LENGTH = 100;
/** Characters of a user's id. */
export const MAX_USER_ID_LENGTH = 255;

/** Controls, halves of characters, separators of lines and paragraphs, marks of writing direction. */
export const DECEPTIVE = String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069`;
const INVISIBLE = String.raw`\p{Cf}\p{White_Space}\p{Default_Ignorable_Code_Point}`;
const EACH_DECEPTIVE = new RegExp(`[${DECEPTIVE}]`, 'gu');

/** A display text of any length. Its source is a `pattern` of JSON Schema. */
export const DISPLAY_TEXT_PATTERN = new RegExp(
  String.raw`^(?=[\s\S]*[^${INVISIBLE}])[^${DECEPTIVE}]*$`,
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
