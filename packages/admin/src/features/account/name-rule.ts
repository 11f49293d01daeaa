import { mayHoldApiKey } from 'keystamp/shape';

/** What is wrong with a name before it is sent. */
export function nameProblem(name: string): string | undefined {
  return name.trim() === '' ? 'Give it a name.' : keyInNameProblem(name);
}

/** A key pasted there by mistake must not become a name, nor one that was cut off. */
export function keyInNameProblem(name: string): string | undefined {
  if (!mayHoldApiKey(name)) return undefined;
  return 'That looks like an API key. Give a name, which others may see.';
}
