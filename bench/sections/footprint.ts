import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeystamp } from 'keystamp';
import { openDatabase } from 'keystamp/database';
import { knowKeys } from '../ground/know-keys.js';
import { seedKeys } from '../ground/seed-keys.js';
import { type Start, startOnce } from '../load/server-process.js';
import { isTrial, median } from '../measure/rounds.js';
import type { Findings, Ground, Section } from '../section.js';

const CACHED = isTrial ? 10_000 : 100_000;
const STARTS = isTrial ? 1 : 5;
const COLD = 'embedded, new folder';
const WARM = 'embedded, its folder as the last stop left it';
const SERVED = 'PostgreSQL, schema up to date';

export const footprint: Section = {
  name: 'footprint',
  title: 'Memory, and the start of the server',
  about: `Memory of ${CACHED.toLocaleString('en-US')} cached keys: heap and buffers after a forced collection, with all of them known, over those before the instance was made. Starts of \`keystamp serve\`: from the start of the process to
the answer of \`/readyz\`, and its resident memory, as the kernel tells it, a second later; ${STARTS} of each in turn.`,
  async run(ground) {
    const bytes = await bytesPerKey(ground);
    const starts = await measureStarts(ground);
    return report(bytes, starts);
  },
};

async function bytesPerKey(ground: Ground): Promise<number> {
  ground.say(`${CACHED} cached keys`);
  const database = await openDatabase(await ground.createDatabase());
  const keys = await seedKeys(database, CACHED);
  const before = await memoryInUse();
  const keystamp = await createKeystamp({ database, cacheSize: CACHED });
  try {
    await knowKeys(keystamp, keys);
    const after = await memoryInUse();
    const { cachedKeys } = keystamp.health();
    if (cachedKeys !== CACHED) throw new Error(`${cachedKeys} keys are cached`);
    return (after - before) / CACHED;
  } finally {
    await keystamp.close();
    await database.end();
  }
}

async function memoryInUse(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('Needs node --expose-gc');
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measureStarts(ground: Ground): Promise<Map<string, Start[]>> {
  const home = mkdtempSync(join(tmpdir(), 'keystamp-bench-'));
  const warm = { dataDir: join(home, 'warm') };
  const served = { databaseUrl: await ground.createDatabase() };
  const starts = new Map<string, Start[]>([COLD, WARM, SERVED].map((name) => [name, []]));
  try {
    await startOnce(warm);
    await startOnce(served);
    for (let turn = 0; turn < STARTS; turn++) {
      ground.say(`starts, turn ${turn + 1}`);
      starts.get(COLD)?.push(await startOnce({ dataDir: join(home, `cold-${turn}`) }));
      starts.get(WARM)?.push(await startOnce(warm));
      starts.get(SERVED)?.push(await startOnce(served));
    }
    return starts;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function report(bytes: number, starts: ReadonlyMap<string, readonly Start[]>): Findings {
  const of = (name: string, what: keyof Start) => medianOf(starts, name, what);
  return {
    tables: [
      {
        title: 'A cached key',
        columns: ['', 'bytes'],
        rows: [['with its user, stamp and answer', bytes]],
      },
      {
        title: 'Starts of the server',
        columns: ['', 'to the first answer, ms', 'resident, MB', 'at most, MB'],
        rows: [...starts.keys()].map((name) => [
          name,
          of(name, 'readyMs'),
          of(name, 'residentMb'),
          of(name, 'peakMb'),
        ]),
      },
    ],
    goals: [
      {
        text: 'start, embedded, new folder',
        unit: 'ms',
        atMost: 3_000,
        measured: of(COLD, 'readyMs'),
      },
      {
        text: 'memory of that start at most',
        unit: 'MB',
        atMost: 400,
        measured: of(COLD, 'peakMb'),
      },
      { text: 'start, embedded, again', unit: 'ms', atMost: 2_000, measured: of(WARM, 'readyMs') },
      { text: 'start on PostgreSQL', unit: 'ms', atMost: 2_000, measured: of(SERVED, 'readyMs') },
    ],
    plots: plotsOf(starts),
  };
}

function plotsOf(starts: ReadonlyMap<string, readonly Start[]>): Findings['plots'] {
  return [
    {
      file: 'footprint',
      title: 'Start of the server to its first answer',
      unit: 'milliseconds; less is better',
      scale: 'linear',
      groups: [
        {
          title: 'keystamp serve',
          bars: [...starts.keys()].map((name) => ({
            label: name.split(',').slice(0, 2).join(',').replace(' as the last stop left it', ''),
            value: medianOf(starts, name, 'readyMs'),
            side: 'keystamp' as const,
          })),
        },
      ],
    },
  ];
}

function medianOf(
  starts: ReadonlyMap<string, readonly Start[]>,
  name: string,
  what: keyof Start,
): number {
  return median((starts.get(name) ?? []).map((start) => start[what] ?? Number.NaN));
}
