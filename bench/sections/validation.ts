import { Program } from '@keystamp/testing/processes/program';
import { createKeystamp, type Keystamp } from 'keystamp';
import { openDatabase } from 'keystamp/database';
import { knowKeys } from '../ground/know-keys.js';
import { seedKeys } from '../ground/seed-keys.js';
import { atOnce } from '../measure/at-once.js';
import {
  type Contestant,
  interleave,
  medianOf,
  ratePerSecond,
  ratioOf,
  type Samples,
} from '../measure/rounds.js';
import { ratePerThreadSecond } from '../measure/thread-time.js';
import { BETTER_AUTH_PACKAGES } from '../rivals/better-auth.js';
import { LimitLoop } from '../rivals/limit-loop.js';
import type { Findings, Ground, Section } from '../section.js';

const MANY = 1_000;
const CROWD = 100_000;
const AT_ONCE = 64;
const OPS = 100_000;
const RIVAL_OPS = { hot: 300, many: 640 };
const NOT_RECORDED = { recordUse: false };

/** Names of the contestants, as the page shows them. */
const BARE = 'hash and Map.get, bare loop';
const LIMIT = 'hash and Map.get, in an async function';
const ON = 'Keystamp';
const OFF = 'Keystamp, tracking off';
const RIVAL = 'better-auth';

export const validation: Section = {
  name: 'validation',
  title: 'Validation of known keys in the process, one core',
  about: `One hot key in sequence; ${MANY.toLocaleString('en-US')} keys with ${AT_ONCE} validations at once; ${CROWD.toLocaleString('en-US')} keys in random order, where the processor's
caches miss. The limit is one SHA-256 and one \`Map.get\`, bare and inside an async function that is awaited, as any validation is. better-auth runs with
its plugin \`@better-auth/api-key\`, the rate limit off and defaults otherwise, on the same PostgreSQL through a pool of 10, in a process of its own. Rates are by the
processor time of the one thread; beside better-auth, which waits for its database, by the clock on the wall.`,
  rivals: BETTER_AUTH_PACKAGES,
  async run(ground) {
    const few = await measureFew(ground);
    const crowd = await measureCrowd(ground);
    return report(few, crowd);
  },
};

interface Few {
  readonly hot: Samples;
  readonly hotRival: Samples;
  readonly many: Samples;
  readonly manyRival: Samples;
}

async function measureFew(ground: Ground): Promise<Few> {
  const database = await openDatabase(await ground.createDatabase());
  const seeded = await seedKeys(database, MANY);
  const keys = seeded.map(({ apiKey }) => apiKey);
  const keystamp = await createKeystamp({ database });
  const rival = new Program(new URL('../load/better-auth-process.ts', import.meta.url), [
    await ground.createDatabase(),
    String(MANY),
  ]);
  try {
    await knowKeys(keystamp, seeded);
    ground.say(`creating ${MANY} keys of better-auth`);
    await rival.next();
    const limit = new LimitLoop(keys);
    ground.say('one hot key');
    const hot = await interleave(hotLoops(keys[0] as string, limit, keystamp), precise);
    const hotRival = await interleave(rivalHotLoops(keys, keystamp, rival), rough);
    ground.say(`${MANY} keys, ${AT_ONCE} at once`);
    const many = await interleave(manyLoops(keys, limit, keystamp), precise);
    const manyRival = await interleave(rivalManyLoops(keys, keystamp, rival), rough);
    checkAllHits(keystamp, MANY);
    return { hot, hotRival, many, manyRival };
  } finally {
    await rival.end();
    await keystamp.close();
    await database.end();
  }
}

const precise = { turns: 31, warmUps: 4 };
const rough = { turns: 7, warmUps: 1 };

/** One loop each, written out: a loop shared by all would make none of them as fast as it is alone. */
function hotLoops(key: string, limit: LimitLoop, keystamp: Keystamp) {
  const loops = {
    [BARE]: async () => {
      let found = 0;
      for (let i = 0; i < OPS; i++) if (limit.find(key) !== undefined) found++;
      if (found !== OPS) throw new Error('The limit loop lost a key');
    },
    [LIMIT]: async () => {
      for (let i = 0; i < OPS; i++) await limit.findAsync(key);
    },
    [ON]: async () => {
      for (let i = 0; i < OPS; i++) await keystamp.validateUserApiKey(key);
    },
    [OFF]: async () => {
      for (let i = 0; i < OPS; i++) await keystamp.validateUserApiKey(key, NOT_RECORDED);
    },
  };
  return toContestants(loops, OPS);
}

function manyLoops(keys: readonly string[], limit: LimitLoop, keystamp: Keystamp) {
  const loops = {
    [LIMIT]: () => atOnce(AT_ONCE, OPS, (i) => limit.findAsync(keys[i % MANY] as string)),
    [ON]: () => atOnce(AT_ONCE, OPS, (i) => keystamp.validateUserApiKey(keys[i % MANY] as string)),
    [OFF]: () =>
      atOnce(AT_ONCE, OPS, (i) =>
        keystamp.validateUserApiKey(keys[i % MANY] as string, NOT_RECORDED),
      ),
  };
  return toContestants(loops, OPS);
}

function rivalHotLoops(keys: readonly string[], keystamp: Keystamp, rival: Program) {
  const key = keys[0] as string;
  const ours = async () => {
    for (let i = 0; i < OPS; i++) await keystamp.validateUserApiKey(key);
  };
  return [beside(ours), toRival(rival, { keys: 1, count: RIVAL_OPS.hot, atOnce: 1 })];
}

function rivalManyLoops(keys: readonly string[], keystamp: Keystamp, rival: Program) {
  const ours = () =>
    atOnce(AT_ONCE, OPS, (i) => keystamp.validateUserApiKey(keys[i % MANY] as string));
  return [beside(ours), toRival(rival, { keys: MANY, count: RIVAL_OPS.many, atOnce: AT_ONCE })];
}

/** Beside better-auth, which waits for its database, the clock on the wall counts. */
function beside(loop: () => Promise<void>): Contestant {
  return { name: ON, round: () => ratePerSecond(OPS, loop) };
}

function toRival(rival: Program, question: object): Contestant {
  return { name: RIVAL, round: async () => (await rival.ask<{ rate: number }>(question)).rate };
}

/** Loops that never leave the thread, by its own time. */
function toContestants(loops: Readonly<Record<string, () => Promise<void>>>, ops: number) {
  return Object.entries(loops).map(([name, loop]) => ({
    name,
    round: () => ratePerThreadSecond(ops, loop),
  }));
}

async function measureCrowd(ground: Ground): Promise<Samples> {
  ground.say(`${CROWD} keys in random order`);
  const database = await openDatabase(await ground.createDatabase());
  const seeded = await seedKeys(database, CROWD);
  const keys = seeded.map(({ apiKey }) => apiKey);
  const keystamp = await createKeystamp({ database, cacheSize: CROWD });
  try {
    await knowKeys(keystamp, seeded);
    const order = Uint32Array.from({ length: OPS }, () => Math.floor(Math.random() * CROWD));
    const limit = new LimitLoop(keys);
    const loops = {
      [LIMIT]: async () => {
        for (const at of order) await limit.findAsync(keys[at] as string);
      },
      [ON]: async () => {
        for (const at of order) await keystamp.validateUserApiKey(keys[at] as string);
      },
      [OFF]: async () => {
        for (const at of order) await keystamp.validateUserApiKey(keys[at] as string, NOT_RECORDED);
      },
    };
    const samples = await interleave(toContestants(loops, OPS), { turns: 11, warmUps: 2 });
    checkAllHits(keystamp, CROWD);
    return samples;
  } finally {
    await keystamp.close();
    await database.end();
  }
}

/** What was measured was the cache, not the database. */
function checkAllHits(keystamp: Keystamp, misses: number): void {
  const { cacheHits, cacheMisses, refusals } = keystamp.health().counts;
  if (cacheMisses !== misses || Object.keys(refusals).length > 0) {
    const counts = JSON.stringify({ cacheHits, cacheMisses, refusals });
    throw new Error(`Expected ${misses} misses and no refusal: ${counts}`);
  }
}

function report({ hot, hotRival, many, manyRival }: Few, crowd: Samples): Findings {
  const rate = (samples: Samples, name: string, other = name) => [
    name,
    medianOf(samples, name),
    1e6 / medianOf(samples, name),
    other === name ? null : ratioOf(samples, name, other),
  ];
  const columns = ['', 'validations a second', 'µs each', 'of the limit'];
  const rows = (samples: Samples) => [...samples.keys()].map((name) => rate(samples, name, LIMIT));
  const rivalRow = (samples: Samples) => rate(samples, RIVAL);
  return {
    tables: [
      { title: 'One hot key, in sequence', columns, rows: [...rows(hot), rivalRow(hotRival)] },
      {
        title: `${MANY.toLocaleString('en-US')} keys, ${AT_ONCE} at once`,
        columns,
        rows: [...rows(many), rivalRow(manyRival)],
      },
      {
        title: `${CROWD.toLocaleString('en-US')} keys, in random order`,
        columns,
        rows: rows(crowd),
      },
      {
        title: 'Ratios within one turn',
        columns: ['', 'hot key', '1,000 keys, 64 at once', '100,000 keys'],
        rows: [
          ['Keystamp of the limit', ...[hot, many, crowd].map((s) => ratioOf(s, ON, LIMIT))],
          ['tracking on of off', ...[hot, many, crowd].map((s) => ratioOf(s, ON, OFF))],
          ['times better-auth', ratioOf(hotRival, ON, RIVAL), ratioOf(manyRival, ON, RIVAL), null],
        ],
      },
    ],
    goals: goalsOf({ hot, hotRival, many, manyRival }),
    plots: [plotOf({ hot, hotRival, many, manyRival }, crowd)],
  };
}

function goalsOf({ hot, hotRival, many, manyRival }: Few): Findings['goals'] {
  const times = 'times';
  return [
    {
      text: 'hot key, of the limit in an async function',
      unit: '',
      atLeast: 0.7,
      measured: ratioOf(hot, ON, LIMIT),
    },
    {
      text: '1,000 keys, of the limit in an async function',
      unit: '',
      atLeast: 0.7,
      measured: ratioOf(many, ON, LIMIT),
    },
    {
      text: 'hot key, tracking on of tracking off',
      unit: '',
      atLeast: 0.98,
      measured: ratioOf(hot, ON, OFF),
    },
    {
      text: '1,000 keys, tracking on of tracking off',
      unit: '',
      atLeast: 0.98,
      measured: ratioOf(many, ON, OFF),
    },
    {
      text: 'hot key, beside better-auth',
      unit: times,
      atLeast: 1000,
      measured: ratioOf(hotRival, ON, RIVAL),
    },
    {
      text: '1,000 keys, beside better-auth',
      unit: times,
      atLeast: 500,
      measured: ratioOf(manyRival, ON, RIVAL),
    },
  ];
}

function plotOf(
  { hot, hotRival, many, manyRival }: Few,
  crowd: Samples,
): Findings['plots'][number] {
  const bar = (samples: Samples, name: string, side: 'keystamp' | 'limit' | 'rival') => ({
    label: name === LIMIT ? 'the limit, async' : name,
    value: medianOf(samples, name),
    side,
  });
  const group = (title: string, samples: Samples, rivals?: Samples) => ({
    title,
    bars: [
      bar(samples, LIMIT, 'limit'),
      bar(samples, ON, 'keystamp'),
      ...(rivals === undefined ? [] : [bar(rivals, RIVAL, 'rival')]),
    ],
  });
  return {
    file: 'validation',
    title: 'Validations a second, one core',
    unit: 'more is better',
    scale: 'log',
    groups: [
      group('One hot key, in sequence', hot, hotRival),
      group('1,000 keys, 64 at once', many, manyRival),
      group('100,000 keys, in random order', crowd),
    ],
  };
}
