import { openDatabase } from 'keystamp/database';
import { seedKeys } from '../ground/seed-keys.js';
import { startWorkers, type WorkersProcess } from '../load/workers-process.js';
import { loadByWrk } from '../load/wrk.js';
import {
  type Contestant,
  interleave,
  isTrial,
  median,
  medianOf,
  ratioOf,
  type Samples,
} from '../measure/rounds.js';
import type { Findings, Section } from '../section.js';

const CONNECTIONS = 64;
const SECONDS = isTrial ? 1 : 2;
const COUNTS = [1, 2] as const;

const nameOf = (workers: number) => (workers === 1 ? 'one process' : `${workers} workers`);

export const workers: Section = {
  name: 'workers',
  title: 'One process, and several on one port',
  about: `\`GET /verify\` with a known key, at \`keystamp serve\` with \`KEYSTAMP_WORKERS=1\` and \`2\`, each in turn while the other is idle. The load is \`wrk\`,
one thread and ${CONNECTIONS} kept connections, on the same machine: on two cores it takes from the second worker what it needs itself. The processor
time is that of all processes of the server.`,
  async run(ground) {
    const url = await ground.createDatabase();
    const database = await openDatabase(url);
    const [key] = await seedKeys(database, 1_000);
    await database.end();
    const servers = new Map<number, WorkersProcess>();
    const cpu = new Map<number, number[]>(COUNTS.map((count) => [count, []]));
    try {
      for (const count of COUNTS) servers.set(count, await startWorkers(url, count));
      const contestant = (count: number): Contestant => ({
        name: nameOf(count),
        async round() {
          const server = servers.get(count) as WorkersProcess;
          const before = server.cpu();
          const headers = { 'x-api-key': key?.apiKey as string };
          const load = { url: `${server.url}/verify`, headers, seconds: SECONDS };
          const rate = await loadByWrk({ ...load, connections: CONNECTIONS });
          cpu.get(count)?.push((server.cpu() - before) / (rate * SECONDS));
          return rate;
        },
      });
      const samples = await interleave(COUNTS.map(contestant), { turns: 7, warmUps: 2 });
      return report(samples, cpu);
    } finally {
      for (const server of servers.values()) await server.end();
    }
  },
};

function report(samples: Samples, cpu: ReadonlyMap<number, readonly number[]>): Findings {
  return {
    tables: [
      {
        title: 'Requests a second',
        columns: ['', 'requests a second', 'processor time a request, µs', 'of one process'],
        rows: COUNTS.map((count) => [
          nameOf(count),
          medianOf(samples, nameOf(count)),
          median(cpu.get(count) as number[]),
          ratioOf(samples, nameOf(count), nameOf(1)),
        ]),
      },
    ],
    goals: [],
    plots: [],
  };
}
