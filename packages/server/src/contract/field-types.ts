import {
  DISPLAY_TEXT_PATTERN,
  MAX_NAME_LENGTH,
  MAX_USER_ID_LENGTH,
  NAME_EXPECTED,
  USER_ID_EXPECTED,
} from 'keystamp/rules';
import { Type } from 'typebox';

/** ISO 8601 in UTC with milliseconds: `2026-11-23T11:39:57.000Z`. */
export const Timestamp = Type.String({
  format: 'date-time',
  description: 'an ISO 8601 time in UTC with milliseconds',
  examples: ['2026-11-23T11:39:57.000Z'],
});

/** The database's time at which an answer was made: relative times are made from it, whatever other clocks say. */
export const AsOf = Type.String({
  format: 'date-time',
  description: "now, by the database's clock: count relative times from it",
  examples: ['2026-11-23T11:40:02.500Z'],
});

/** The name of a user or of a key; the server trims it. */
export const DisplayName = Type.String({
  minLength: 1,
  maxLength: MAX_NAME_LENGTH,
  pattern: DISPLAY_TEXT_PATTERN.source,
  description: NAME_EXPECTED,
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

/** A user's id to look for: also of one who was made before there was a rule for ids, or by hand. */
export const UserId = Type.String({
  minLength: 1,
  maxLength: MAX_USER_ID_LENGTH,
  pattern: '^[^\\0\\p{Cs}]*$',
  description: `the id of a user, 1 to ${MAX_USER_ID_LENGTH} characters`,
});

/** The id of a user who may not be there yet: the embedding service's own. Users made here have a UUID. */
export const NewUserId = Type.String({
  minLength: 1,
  maxLength: MAX_USER_ID_LENGTH,
  pattern: DISPLAY_TEXT_PATTERN.source,
  description: USER_ID_EXPECTED,
});
