import { type Database, openDatabase } from 'keystamp/database';
import pg from 'pg';
import { openRecorder } from '../ground/recorder.js';
import { seedRows } from '../ground/seed-rows.js';
import { interleave, medianOf, ratePerSecond, ratioOf, type Samples } from '../measure/rounds.js';
import { updateInBatches } from '../rivals/batched-update.js';
import type { Findings, Section } from '../section.js';

const TABLE = 200_000;
const SIZES = [1_000, 10_000, 100_000] as const;
const ROWS = 1_000;
const PORTION = 20_000;
const TURNS = { 1000: 25, 10000: 11, 100000: 5 } as const;

const FLUSH = 'Keystamp';
const BARE = 'bare UPDATE, 1,000 rows a statement';
const ONE = 'bare UPDATE, all rows in one statement';

export const flush: Section = {
  name: 'flush',
  title: 'Writing recorded uses',
  about: `Of ${TABLE.toLocaleString('en-US')} keys, random ones are used once each, and the time counts until all are stored: by the library's own flush without its rests (as at \`close()\`: promoteDue, send, read
the verdicts, settle), and by a bare \`UPDATE … FROM unnest\` of the same rows in the same order over one connection, which decides nothing, waits for locked rows and tells nothing.`,
  async run(ground) {
    const url = await ground.createDatabase();
    const database = await openDatabase(url, { poolSize: 2 });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      ground.say(`seeding ${TABLE} keys`);
      await seedRows(database, { keys: TABLE, users: TABLE / 10, used: 1 });
      const ids = await shuffledIds(client);
      const all = new Map<number, Samples>();
      for (const size of SIZES) {
        ground.say(`${size} keys`);
        all.set(size, await measure(database, client, ids.slice(0, size), TURNS[size]));
      }
      return report(all, await ownPace(database, ids.slice(0, 10_000)));
    } finally {
      await client.end();
      await database.end();
    }
  },
};

async function shuffledIds(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query('select id from keystamp.api_keys order by random()');
  return rows.map(({ id }) => id as string);
}

function measure(
  database: Database,
  client: pg.Client,
  ids: readonly string[],
  turns: number,
): Promise<Samples> {
  const contestants = [
    { name: FLUSH, round: () => flushRate(database, ids) },
    {
      name: BARE,
      round: () => ratePerSecond(ids.length, () => updateInBatches(client, ids, ROWS)),
    },
  ];
  if (ids.length > ROWS) {
    const round = () => ratePerSecond(ids.length, () => updateInBatches(client, ids, ids.length));
    contestants.push({ name: ONE, round });
  }
  return interleave(contestants, { turns, warmUps: 2 });
}

/** In portions, each of which ends well within what a `close()` takes at most. */
async function flushRate(database: Database, ids: readonly string[]): Promise<number> {
  let tookMs = 0;
  for (let from = 0; from < ids.length; from += PORTION) {
    tookMs += await flushPortion(database, ids.slice(from, from + PORTION));
  }
  return (ids.length / tookMs) * 1000;
}

async function flushPortion(database: Database, ids: readonly string[]): Promise<number> {
  const { flusher, record } = await openRecorder(database);
  record(ids);
  const from = performance.now();
  await flusher.close();
  const tookMs = performance.now() - from;
  const { keysWritten } = flusher.counts;
  if (keysWritten !== ids.length) throw new Error(`${keysWritten} of ${ids.length} were written`);
  return tookMs;
}

/** Keys a second where a flush keeps to its tenth of the time. */
async function ownPace(database: Database, ids: readonly string[]): Promise<number> {
  const { flusher, record } = await openRecorder(database);
  flusher.start();
  record(ids);
  const rate = await ratePerSecond(ids.length, () => flusher.flush());
  await flusher.close();
  return rate;
}

const title = (size: number) => `${size.toLocaleString('en-US')} keys`;

function report(all: ReadonlyMap<number, Samples>, pace: number): Findings {
  const sizes = [...all];
  return {
    tables: [
      {
        title: 'Rows a second',
        columns: ['', FLUSH, BARE, 'ratio', ONE],
        rows: sizes.map(([size, samples]) => [
          title(size),
          medianOf(samples, FLUSH),
          medianOf(samples, BARE),
          ratioOf(samples, FLUSH, BARE),
          samples.has(ONE) ? medianOf(samples, ONE) : null,
        ]),
      },
      {
        title: 'At its own pace, a tenth of the time',
        columns: ['', 'rows a second'],
        rows: [['10,000 keys due at once', pace]],
      },
    ],
    goals: sizes.map(([size, samples]) => ({
      text: `${title(size)}, rows a second of the bare UPDATE's`,
      unit: '',
      atLeast: 0.8,
      measured: ratioOf(samples, FLUSH, BARE),
    })),
    plots: plotsOf(all),
  };
}

function plotsOf(all: ReadonlyMap<number, Samples>): Findings['plots'] {
  return [
    {
      file: 'flush',
      title: 'Writing recorded uses',
      unit: 'rows a second; more is better',
      scale: 'linear',
      groups: [...all].map(([size, samples]) => ({
        title: title(size),
        bars: [
          { label: 'bare UPDATE, by 1,000', value: medianOf(samples, BARE), side: 'limit' },
          { label: FLUSH, value: medianOf(samples, FLUSH), side: 'keystamp' },
        ],
      })),
    },
  ];
}
