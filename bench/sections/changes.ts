import { createKeystamp, type Keystamp } from 'keystamp';
import { type Database, openDatabase } from 'keystamp/database';
import { type SeededKey, seedKeys } from '../ground/seed-keys.js';
import { interleave, isTrial, medianOf, ratePerSecond } from '../measure/rounds.js';
import { CostMeter } from '../measure/write-cost.js';
import type { Findings, Section } from '../section.js';

const KEYS = 1_000;
const OPS = isTrial ? 100 : 500;
const TURNS = isTrial ? 2 : 11;

/** One change of a key, the `i`th. */
type Change = (i: number) => Promise<unknown>;

interface Cost {
  /** Of one change, with and without the history. */
  readonly withUs: number;
  readonly withoutUs: number;
  readonly withWal: number;
  readonly withoutWal: number;
}

export const changes: Section = {
  name: 'changes',
  title: 'What the history costs a change',
  about: `Changes of ${KEYS.toLocaleString('en-US')} keys by the library, one after the other, ${OPS} a round, with the triggers that write the history and with those triggers switched off, in turn. A use fires none of them.`,
  async run(ground) {
    const url = await ground.createDatabase();
    const database = await openDatabase(url);
    const keys = await seedKeys(database, KEYS);
    const keystamp = await createKeystamp({ database, maxKeysPerUser: 10_000_000 });
    const meter = await CostMeter.open(url);
    try {
      const costs = new Map<string, Cost>();
      for (const [name, change] of Object.entries(changesOf(keystamp, keys))) {
        ground.say(name);
        costs.set(name, await costOf(database, meter, change));
      }
      return report(costs);
    } finally {
      await meter.end();
      await keystamp.close();
      await database.end();
    }
  },
};

function changesOf(keystamp: Keystamp, keys: readonly SeededKey[]): Record<string, Change> {
  const idOf = (i: number) => keys[i % keys.length]?.id as string;
  let turn = 0;
  return {
    'make a key': () => keystamp.createApiKey({ userId: 'user-0', name: 'A key' }),
    'rename a key': (i) => keystamp.updateApiKey(idOf(i), { name: `Name ${turn++}` }),
    'disable a key and enable it again': async (i) => {
      await keystamp.disableApiKey(idOf(i));
      await keystamp.enableApiKey(idOf(i));
    },
  };
}

async function costOf(database: Database, meter: CostMeter, change: Change): Promise<Cost> {
  const wal = { with: 0, without: 0 };
  const round = (name: 'with' | 'without') => async () => {
    await setHistory(database, name === 'with');
    const from = await meter.mark();
    const rate = await ratePerSecond(OPS, async () => {
      for (let i = 0; i < OPS; i++) await change(i);
    });
    wal[name] = ((await meter.mark()).walBytes - from.walBytes) / OPS;
    return rate;
  };
  const contestants = (['with', 'without'] as const).map((name) => ({ name, round: round(name) }));
  const samples = await interleave(contestants, { turns: TURNS, warmUps: 1 });
  await setHistory(database, true);
  return {
    withUs: 1e6 / medianOf(samples, 'with'),
    withoutUs: 1e6 / medianOf(samples, 'without'),
    withWal: wal.with,
    withoutWal: wal.without,
  };
}

async function setHistory(database: Database, isOn: boolean): Promise<void> {
  for (const trigger of ['api_keys_history', 'api_keys_history_updated']) {
    const verb = isOn ? 'enable' : 'disable';
    await database.query(`alter table keystamp.api_keys ${verb} trigger ${trigger}`);
  }
}

function report(costs: ReadonlyMap<string, Cost>): Findings {
  return {
    tables: [
      {
        title: 'Each change',
        columns: ['', 'µs with', 'µs without', 'ratio', 'bytes of WAL with', 'without'],
        rows: [...costs].map(([name, cost]) => [
          name,
          cost.withUs,
          cost.withoutUs,
          cost.withUs / cost.withoutUs,
          cost.withWal,
          cost.withoutWal,
        ]),
      },
    ],
    goals: [...costs].map(([name, cost]) => ({
      text: `${name}: the time with the history, of that without`,
      unit: '×',
      atMost: 1.5,
      measured: cost.withUs / cost.withoutUs,
    })),
    plots: [],
  };
}
