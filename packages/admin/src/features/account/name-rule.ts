import { isName } from 'keystamp/rules';
import { mayHoldApiKey } from 'keystamp/shape';

/** What is wrong with the name of a key before it is sent. */
export function nameProblem(name: string): string | undefined {
  return name.trim() === '' ? 'Give it a name.' : givenNameProblem(name);
}

/** The same of a name that may be left out. A key pasted there by mistake must not become a name, nor one that was cut off. */
export function givenNameProblem(name: string): string | undefined {
  if (mayHoldApiKey(name)) return 'That looks like an API key. Give a name, which others may see.';
  if (name.trim() === '' || isName(name)) return undefined;
  return 'A name of visible characters, without line breaks and marks of writing direction.';
}
