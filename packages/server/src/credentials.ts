import { MIN_PASSWORD_LENGTH, PASSWORD_PATTERN } from './contract/field-types.js';

export const PASSWORD_RULE = `${MIN_PASSWORD_LENGTH} to 256 characters, no control characters, not the address`;

/** Why a password cannot be set for an account; null: it can. */
export function passwordFault(password: string, email: string | null): string | null {
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH || length > 256 || !PASSWORD_PATTERN.test(password)) {
    return `expected ${PASSWORD_RULE}`;
  }
  const same = email !== null && password.toLowerCase() === email.toLowerCase();
  return same ? 'expected something else than the address' : null;
}
