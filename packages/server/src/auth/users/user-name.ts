import { isName, NAME_EXPECTED, tidyName } from 'keystamp/rules';
import { rejectKeysInNames } from '../../rules/key-in-text.js';
import { wrongField } from '../../rules/refusal.js';

/** A user's name as it is stored; null: none. */
export function userNameOf(name: string | null): string | null {
  if (name === null) return null;
  rejectKeysInNames({ name });
  if (!isName(name)) throw wrongField('name', `expected ${NAME_EXPECTED}`);
  return tidyName(name);
}
