import type { Keystamp } from 'keystamp';
import type { SeededKey } from './seed-keys.js';

const AT_ONCE = 10_000;
const notRecorded = { recordUse: false };

/** Has the instance load all of these keys, without a use of them. */
export async function knowKeys(keystamp: Keystamp, keys: readonly SeededKey[]): Promise<void> {
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const some = keys.slice(from, from + AT_ONCE);
    const answers = await Promise.all(
      some.map(({ apiKey }) => keystamp.validateUserApiKey(apiKey, notRecorded)),
    );
    if (answers.some(({ valid }) => !valid)) throw new Error('A seeded key was refused');
  }
}
