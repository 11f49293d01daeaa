import { Type } from 'typebox';

/** ISO 8601 in UTC with milliseconds: `2026-11-23T11:39:57.000Z`. */
export const Timestamp = Type.String({
  format: 'date-time',
  description: 'an ISO 8601 time in UTC with milliseconds',
});

/**
 * Characters that no line of text for people holds: controls, lone surrogates, line and paragraph
 * separators, and the bidirectional overrides that make text read as another.
 */
const UNPRINTABLE = '\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u202A-\\u202E\\u2066-\\u2069';

/** A name for people; the server trims it. */
export const PersonName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: `^(?=[\\s\\S]*\\S)[^${UNPRINTABLE}]*$`,
  description: '1 to 100 characters, not only spaces, no control characters',
});

/** Around the address may be spaces, inside it none. */
export const EMAIL_PATTERN = /^ *[^\s@\p{C}]+@[^\s@\p{C}]+ *$/u;
export const PASSWORD_PATTERN = /^[^\p{Cc}\p{Cs}]*$/u;

/** An e-mail address; spaces around it are trimmed, the rest is stored as given. */
export const EmailAddress = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: EMAIL_PATTERN.source,
  description: 'an e-mail address of at most 254 characters with one @',
});

/** A password as somebody types it to sign in: any that could have been set. */
export const Password = Type.String({
  minLength: 1,
  maxLength: 256,
  pattern: PASSWORD_PATTERN.source,
  description: '1 to 256 characters, no control characters',
});

export const MIN_PASSWORD_LENGTH = 12;

/** A password to be set. It must not be the account's address or a common password either, which the server checks. */
export const NewPassword = Type.String({
  minLength: MIN_PASSWORD_LENGTH,
  maxLength: 256,
  pattern: PASSWORD_PATTERN.source,
  description: '12 to 256 characters, no control characters; not a common password',
});

/** A user's id: the embedding service's own, any printable text; users made here have a UUID. */
export const UserId = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\p{Cc}\\p{Cs}]*$',
  description: '1 to 255 characters, no control characters',
});
