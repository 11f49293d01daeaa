import type { Keystamp, UserApiKey } from 'keystamp';
import { isKeyId, MAX_FOUND_KEYS } from 'keystamp/rules';
import { CliFailure } from './cli-io.js';
import { keyName } from './key-wording.js';

/** The argument of a command that takes one key. */
export const ID = 'id of the key, or a unique beginning of its id or prefix (ks_7Hq2)';

/** Ids of the keys that a command names, and names that no key has. */
export interface NamedKeys {
  readonly ids: readonly string[];
  readonly missing: readonly string[];
}

/** Throws where one is ambiguous or cannot be the beginning of an id: before anything is changed. */
export async function idsNamed(keystamp: Keystamp, names: readonly string[]): Promise<NamedKeys> {
  const ids: string[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const id = await idNamed(keystamp, name);
    if (id === null) missing.push(name);
    else ids.push(id);
  }
  return { ids, missing };
}

/** The one key that a command names. */
export async function keyNamed(keystamp: Keystamp, name: string): Promise<UserApiKey> {
  const id = await idNamed(keystamp, name);
  const key = id === null ? null : await keystamp.getApiKey(id);
  if (key === null) throw noKeys([name]);
  return key;
}

export function noKeys(names: readonly string[]): CliFailure {
  return new CliFailure(`there is no key ${names.join(', ')}`);
}

/** The id is whole, or the key is found by the beginning of its id or prefix. Null: no key begins so. */
export async function idNamed(keystamp: Keystamp, name: string): Promise<string | null> {
  if (isKeyId(name)) return name;
  const [found = null, ...others] = await keystamp.findApiKeys(name);
  if (found !== null && others.length > 0) throw ambiguous(name, [found, ...others]);
  return found === null ? null : found.id;
}

function ambiguous(name: string, found: readonly UserApiKey[]): CliFailure {
  const count = found.length === MAX_FOUND_KEYS ? `${MAX_FOUND_KEYS} or more` : found.length;
  const lines = found.map((key) => `\n  ${key.id}  ${keyName(key)}`).join('');
  return new CliFailure(`${count} keys begin with ${name}; give more characters:${lines}`);
}
