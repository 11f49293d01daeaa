import type { Keystamp } from 'keystamp';
import type { Database } from 'keystamp/database';
import { interleave, medianOf, ratioOf } from '../measure/rounds.js';
import { ratePerThreadSecond } from '../measure/thread-time.js';
import type { SeededKey } from './seed-keys.js';

const OPS = 100_000;

/** Disables keys past every instance. */
export async function disable(database: Database, keys: readonly SeededKey[]): Promise<void> {
  const text = 'update keystamp.api_keys set disabled_at = now() where id = any($1::uuid[])';
  await database.query(text, [keys.map(({ id }) => id)]);
}

/** What it costs to refuse a disabled key, with and without the note for the history and the log; each in µs. */
export interface NotingCost {
  readonly notedUs: number;
  readonly notNotedUs: number;
  /** How often as long the first takes, in the same turn. */
  readonly ratio: number;
}

const FROM = { route: 'GET /orders/:id', address: '192.0.2.7' };

/** Presents all of the keys in turn, by a use and by a look that is none. */
export async function costOfNoting(
  keystamp: Keystamp,
  disabled: readonly string[],
): Promise<NotingCost> {
  const first = await keystamp.validateUserApiKey(disabled[0] as string);
  if (first.valid || first.reason !== 'disabled') throw new Error('Expected disabled');
  const contestant = (name: string, recordUse: boolean) => ({
    name,
    round: () =>
      ratePerThreadSecond(OPS, async () => {
        const options = { recordUse, from: FROM };
        for (let i = 0; i < OPS; i++) {
          await keystamp.validateUserApiKey(disabled[i % disabled.length] as string, options);
        }
      }),
  });
  const contestants = [contestant('noted', true), contestant('not noted', false)];
  const samples = await interleave(contestants, { turns: 15, warmUps: 3 });
  return {
    notedUs: 1e6 / medianOf(samples, 'noted'),
    notNotedUs: 1e6 / medianOf(samples, 'not noted'),
    ratio: ratioOf(samples, 'not noted', 'noted'),
  };
}
