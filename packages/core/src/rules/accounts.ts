/** Shortest password that can be set, in characters. */
export const MIN_PASSWORD_LENGTH = 12;
/** Longest password, in characters. */
export const MAX_PASSWORD_LENGTH = 256;
export const PASSWORD_PATTERN = /^[^\p{Cc}\p{Cs}]*$/u;

/** Longest e-mail address, in characters (RFC 5321 §4.5.3.1.3 less the angle brackets). */
export const MAX_EMAIL_LENGTH = 254;
/** One @, and no spaces inside; spaces around are trimmed. */
export const EMAIL_PATTERN = /^ *[^\s\p{Z}@\p{C}]+@[^\s\p{Z}@\p{C}]+ *$/u;

/** Whether a text can be the e-mail address of an account. Example: `isEmail('ada@example.com')` is true. */
export function isEmail(text: string): boolean {
  return text.length <= MAX_EMAIL_LENGTH && EMAIL_PATTERN.test(text);
}

/** A session ends after so many hours without a request. */
export const SESSION_IDLE_HOURS = 12;
/** A session ends so many days after the sign-in, whatever its use. */
export const SESSION_MAX_DAYS = 7;
