import { createKeystamp, type Keystamp } from 'keystamp';
import { openDatabase } from 'keystamp/database';
import { generateApiKey } from '../../packages/core/dist/key-format/api-key.js';
import { costOfNoting, disable } from '../ground/disabled-keys.js';
import { knowKeys } from '../ground/know-keys.js';
import { seedKeys } from '../ground/seed-keys.js';
import { pace } from '../load/paced.js';
import { atOnce } from '../measure/at-once.js';
import { interleave, isTrial, median, medianOf, ratePerSecond } from '../measure/rounds.js';
import { ratePerThreadSecond } from '../measure/thread-time.js';
import type { Ground, Section } from '../section.js';
import {
  DISABLED,
  FLOOD,
  GARBAGE,
  type Latency,
  OTHERS,
  QUIET,
  reportRefusals,
  UNKNOWN,
  type UnknownCost,
} from './refusals-report.js';

const KNOWN = 1_000;
const OPS = 100_000;
const AT_ONCE = 64;
const UNKNOWN_OPS = 20_000;
const FLOOD_TURNS = isTrial ? 1 : 5;

export const refusals: Section = {
  name: 'refusals',
  title: 'Unknown keys, disabled keys and garbage',
  about: `What each refusal costs, awaited one after the other (unknown keys: ${AT_ONCE} at once, each for the first time). That one of ${KNOWN.toLocaleString('en-US')} disabled keys was presented is noted for
the history and the log; a look that is no use notes nothing, and is measured beside it. Then known keys, one a millisecond, are timed from the call to the answer while
${FLOOD.perSecond.toLocaleString('en-US')} other validations a second come in: other known keys, disabled keys, garbage, or well-formed keys that nobody has, each new; the event loop's lateness is that of the
timer that starts them.`,
  async run(ground) {
    const database = await openDatabase(await ground.createDatabase());
    const seeded = await seedKeys(database, 2 * KNOWN);
    const [keys, stopped] = [seeded.slice(0, KNOWN), seeded.slice(KNOWN)];
    await disable(database, stopped);
    const keystamp = await createKeystamp({ database });
    try {
      await knowKeys(keystamp, keys);
      const apiKeys = keys.map(({ apiKey }) => apiKey);
      ground.say('garbage');
      const garbage = await costOfGarbage(keystamp, apiKeys[0] as string);
      ground.say('unknown keys');
      const unknown = await costOfUnknown(keystamp);
      ground.say('disabled keys');
      const disabled = stopped.map(({ apiKey }) => apiKey);
      const noted = await costOfNoting(keystamp, disabled);
      const floods = await measureFloods(ground, keystamp, apiKeys, disabled);
      return reportRefusals({ garbage, unknown, noted, floods });
    } finally {
      await keystamp.close();
      await database.end();
    }
  },
};

/** Microseconds each. */
async function costOfGarbage(keystamp: Keystamp, known: string): Promise<Map<string, number>> {
  const texts = {
    'the empty text': '',
    'a word': 'password',
    'a UUID': '9f1b0c1e-5a52-4f39-9d0e-0c2f6f0f7a11',
    'a JWT of 800 characters': `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(735)}.${'b'.repeat(43)}`,
    'a text of 10,000 characters': 'x'.repeat(10_000),
    'a known key with one wrong character': typoOf(known),
    'right in all but the checksum': `${known.slice(0, -1)}${known.endsWith('0') ? '1' : '0'}`,
  };
  const contestants = Object.entries(texts).map(([name, text]) => ({
    name,
    round: () =>
      ratePerThreadSecond(OPS, async () => {
        for (let i = 0; i < OPS; i++) await keystamp.validateUserApiKey(text);
      }),
  }));
  for (const text of Object.values(texts)) await expectReason(keystamp, text, 'malformed');
  const samples = await interleave(contestants, { turns: 11, warmUps: 3 });
  return new Map(contestants.map(({ name }) => [name, 1e6 / medianOf(samples, name)]));
}

function typoOf(key: string): string {
  const at = 20;
  return `${key.slice(0, at)}${key[at] === 'a' ? 'b' : 'a'}${key.slice(at + 1)}`;
}

async function expectReason(keystamp: Keystamp, text: string, reason: string): Promise<void> {
  const answer = await keystamp.validateUserApiKey(text);
  if (answer.valid || answer.reason !== reason) throw new Error(`Expected ${reason}`);
}

async function costOfUnknown(keystamp: Keystamp): Promise<UnknownCost> {
  const rates: number[] = [];
  for (let turn = 0; turn < (isTrial ? 2 : 5); turn++) {
    const keys = newKeys(UNKNOWN_OPS);
    const call = (i: number) => keystamp.validateUserApiKey(keys[i] as string);
    rates.push(await ratePerSecond(UNKNOWN_OPS, () => atOnce(AT_ONCE, UNKNOWN_OPS, call)));
  }
  const [key = ''] = newKeys(1);
  await expectReason(keystamp, key, 'unknown');
  const again = { name: 'again', round: () => rateOfOne(keystamp, key) };
  const samples = await interleave([again], { turns: 11, warmUps: 2 });
  return { firstUs: 1e6 / median(rates.slice(1)), againUs: 1e6 / medianOf(samples, 'again') };
}

function rateOfOne(keystamp: Keystamp, key: string): Promise<number> {
  return ratePerThreadSecond(OPS, async () => {
    for (let i = 0; i < OPS; i++) await keystamp.validateUserApiKey(key);
  });
}

function newKeys(count: number): string[] {
  return Array.from({ length: count }, () => generateApiKey('ks').apiKey);
}

/** Of known keys while something else comes in; all in ms. */

async function measureFloods(
  ground: Ground,
  keystamp: Keystamp,
  known: readonly string[],
  disabled: readonly string[],
): Promise<Map<string, Latency>> {
  const count = FLOOD.perSecond * FLOOD.seconds;
  const floods = new Map<string, Latency>(
    [QUIET, OTHERS, DISABLED, GARBAGE, UNKNOWN].map((name) => [
      name,
      { answers: [], lateness: [] },
    ]),
  );
  for (let turn = 0; turn <= FLOOD_TURNS; turn++) {
    ground.say(`floods, turn ${turn}`);
    const unknown = newKeys(count + 1_000);
    const texts: Record<string, (i: number) => string> = {
      [OTHERS]: (i) => known[i % known.length] as string,
      [DISABLED]: (i) => disabled[i % disabled.length] as string,
      [GARBAGE]: () => 'x'.repeat(60),
      [UNKNOWN]: (i) => unknown[i] as string,
    };
    for (const [name, latency] of floods) {
      const probing = probe(keystamp, known[0] as string, FLOOD.seconds);
      const textOf = texts[name];
      if (textOf !== undefined) await flood(keystamp, textOf);
      const { answers, lateness } = await probing;
      if (turn === 0) continue;
      latency.answers.push(...answers);
      latency.lateness.push(...lateness);
    }
  }
  return floods;
}

async function flood(keystamp: Keystamp, textOf: (i: number) => string): Promise<void> {
  let i = 0;
  let failure: unknown;
  await pace(FLOOD, () => {
    keystamp.validateUserApiKey(textOf(i++)).catch((error: unknown) => {
      failure = error;
    });
  });
  if (failure !== undefined) throw failure;
}

/** One known key a millisecond. */
async function probe(keystamp: Keystamp, key: string, seconds: number): Promise<Latency> {
  const latency: Latency = { answers: [], lateness: [] };
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    const askedFor = performance.now() + 1;
    await new Promise((resolve) => setTimeout(resolve, 1));
    const from = performance.now();
    const { valid } = await keystamp.validateUserApiKey(key);
    latency.answers.push(performance.now() - from);
    latency.lateness.push(from - askedFor);
    if (!valid) throw new Error('A known key was refused');
  }
  return latency;
}
