import { DECEPTIVE, lengthOf } from './display-text.js';

/** Characters (code points) of a note. */
export const MAX_NOTE_LENGTH = 500;
/** Line breaks are allowed, other control characters and marks of writing direction are not. Its source is a `pattern` of JSON Schema. */
export const NOTE_PATTERN = new RegExp(`^(?:[^${DECEPTIVE}]|\\r?\\n)*$`, 'u');
export const NOTE_EXPECTED = `a text of at most ${MAX_NOTE_LENGTH} characters, without control characters and marks of writing direction; line breaks are allowed`;

/** Pairs of one key's metadata. */
export const MAX_METADATA_PAIRS = 16;
/** Characters of a value. */
export const MAX_METADATA_VALUE_LENGTH = 200;
export const METADATA_NAME_PATTERN = /^[A-Za-z0-9_.-]{1,40}$/;
/** A value on one line, which may be empty. */
export const METADATA_VALUE_PATTERN = new RegExp(`^[^${DECEPTIVE}]*$`, 'u');
export const METADATA_EXPECTED = `an object of at most ${MAX_METADATA_PAIRS} texts, such as { "team": "billing" }`;
export const METADATA_NAME_EXPECTED = 'a name of 1 to 40 letters, digits, "-", "_" and "."';
export const METADATA_VALUE_EXPECTED = `a text of at most ${MAX_METADATA_VALUE_LENGTH} characters on one line`;

/** A note as it is stored: without the spaces around it, in Unicode's composed form. Null: it says nothing. */
export function tidyNote(note: string): string | null {
  const tidy = note.trim().normalize('NFC');
  return tidy === '' ? null : tidy;
}

export function isNote(text: string): boolean {
  return (
    lengthOf(text) <= MAX_NOTE_LENGTH &&
    NOTE_PATTERN.test(text) &&
    lengthOf(tidyNote(text) ?? '') <= MAX_NOTE_LENGTH
  );
}

export function isMetadataName(name: string): boolean {
  return METADATA_NAME_PATTERN.test(name);
}

export function isMetadataValue(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    lengthOf(value) <= MAX_METADATA_VALUE_LENGTH &&
    METADATA_VALUE_PATTERN.test(value)
  );
}
