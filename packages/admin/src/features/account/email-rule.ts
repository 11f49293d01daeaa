import { isEmail } from 'keystamp/rules';

/** What is wrong with an address, as far as the page can tell; the server decides. */
export function emailProblem(email: string): string | undefined {
  return isEmail(email) ? undefined : 'An address like ada@example.com.';
}
