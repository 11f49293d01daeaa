const MIN_LENGTH = 12;
export const PASSWORD_HINT = `At least ${MIN_LENGTH} characters.`;

/** What is wrong with a new password, as far as the page can tell; the server decides. */
export function passwordProblem(password: string): string | undefined {
  return password.length < MIN_LENGTH ? PASSWORD_HINT : undefined;
}
