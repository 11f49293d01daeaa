import {
  DISPLAY_TEXT_PATTERN,
  EMAIL_PATTERN,
  MAX_EMAIL_LENGTH,
  MAX_NAME_LENGTH,
  MAX_PASSWORD_LENGTH,
  MAX_USER_ID_LENGTH,
  MIN_PASSWORD_LENGTH,
  NAME_EXPECTED,
  PASSWORD_PATTERN,
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

/** An e-mail address; spaces around it are trimmed, the rest is stored as given. */
export const EmailAddress = Type.String({
  minLength: 3,
  maxLength: MAX_EMAIL_LENGTH,
  pattern: EMAIL_PATTERN.source,
  description: `an e-mail address of at most ${MAX_EMAIL_LENGTH} characters with one @`,
});

/** A password as somebody types it to sign in: any that could have been set. */
export const Password = Type.String({
  minLength: 1,
  maxLength: MAX_PASSWORD_LENGTH,
  pattern: PASSWORD_PATTERN.source,
  description: `1 to ${MAX_PASSWORD_LENGTH} characters, no control characters`,
});

/** A password to be set. It must not be the account's address or a common password either, which the server checks. */
export const NewPassword = Type.String({
  minLength: MIN_PASSWORD_LENGTH,
  maxLength: MAX_PASSWORD_LENGTH,
  pattern: PASSWORD_PATTERN.source,
  description: `${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters, no control characters; not a common password`,
});

/** A user's id to look for: also of one who was made before there was a rule for ids, or by hand. */
export const UserId = Type.String({
  minLength: 1,
  maxLength: MAX_USER_ID_LENGTH,
  pattern: '^[^\\x00\\p{Cs}]*$',
  description: `the id of a user, 1 to ${MAX_USER_ID_LENGTH} characters`,
  examples: ['ada'],
});

/** The id of a user who may not be there yet: the embedding service's own. Users made here have a UUID. */
export const NewUserId = Type.String({
  minLength: 1,
  maxLength: MAX_USER_ID_LENGTH,
  pattern: DISPLAY_TEXT_PATTERN.source,
  description: USER_ID_EXPECTED,
});
