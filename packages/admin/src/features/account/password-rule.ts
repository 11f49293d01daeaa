import { MIN_PASSWORD_LENGTH } from 'keystamp/rules';

export const PASSWORD_HINT = `At least ${MIN_PASSWORD_LENGTH} characters.`;

/** What is wrong with a new password that is typed again. */
export function repeatProblem(password: string, repeat: string): string | undefined {
  return password === repeat ? undefined : 'Not the same as the password above.';
}

/** What is wrong with a new password, as far as the page can tell; the server decides. */
export function passwordProblem(password: string): string | undefined {
  return [...password].length < MIN_PASSWORD_LENGTH ? PASSWORD_HINT : undefined;
}
