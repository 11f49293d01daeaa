import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, PASSWORD_PATTERN } from 'keystamp/rules';
import { isCommonPassword } from './common-passwords.js';

/** Fewer are quickly tried: twelve spaces, or `abababababab`. */
const MIN_DIFFERENT = 4;

export const PASSWORD_RULE = `${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters, no control characters, not the address and not a common password`;

/** Why a password cannot be set for an account; null: it can. */
export function passwordFault(password: string, email: string | null): string | null {
  const length = [...password].length;
  if (
    length < MIN_PASSWORD_LENGTH ||
    length > MAX_PASSWORD_LENGTH ||
    !PASSWORD_PATTERN.test(password)
  ) {
    return `expected ${PASSWORD_RULE}`;
  }
  if (email !== null && password.toLowerCase() === email.toLowerCase()) {
    return 'expected something else than the address';
  }
  if (new Set(password.toLowerCase()).size < MIN_DIFFERENT) {
    return `expected at least ${MIN_DIFFERENT} different characters`;
  }
  return isCommonPassword(password)
    ? 'expected a password that is not a common one; several words together are easy to remember'
    : null;
}
