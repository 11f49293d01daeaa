import { Program } from '@keystamp/testing/processes/program';
import { openDatabase } from 'keystamp/database';
import { seedKeys } from '../ground/seed-keys.js';
import { loadHttp } from '../load/http-load.js';
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

const CONNECTIONS = 32;
const SECONDS = isTrial ? 0.3 : 1.2;
const OPEN = 'open';
const GUARDED = 'guarded by a key';

export const http: Section = {
  name: 'http',
  title: 'A guarded route over HTTP',
  about: `A Fastify service in a process of its own answers \`{"hello":"world"}\` on two routes: one open, one behind an \`onRequest\` hook that awaits \`validateUserApiKey\`. ${CONNECTIONS} kept connections, one request at a time on each,
from another process; both kinds of request carry the key in \`X-API-Key\`.`,
  async run(ground) {
    const url = await ground.createDatabase();
    const database = await openDatabase(url);
    const [key] = await seedKeys(database, 1_000);
    await database.end();
    const app = new Program(new URL('../load/guarded-app.ts', import.meta.url), [url]);
    try {
      const { port } = await app.next<{ port: number }>();
      const cpu = new Map<string, number[]>([OPEN, GUARDED].map((name) => [name, []]));
      const contestant = (name: string, path: string): Contestant => ({
        name,
        async round() {
          const headers = { 'x-api-key': key?.apiKey as string };
          const before = await cpuOf(app);
          const load = {
            port,
            path,
            headers,
            connections: CONNECTIONS,
            seconds: SECONDS,
            expectedStatus: 200,
          };
          const rate = await loadHttp(load);
          cpu.get(name)?.push(((await cpuOf(app)) - before) / (rate * SECONDS));
          return rate;
        },
      });
      const contestants = [contestant(OPEN, '/open'), contestant(GUARDED, '/guarded')];
      const samples = await interleave(contestants, { turns: 13, warmUps: 2 });
      return report(samples, new Map([...cpu].map(([name, all]) => [name, median(all)])));
    } finally {
      await app.end();
    }
  },
};

/** Processor time used so far, in µs. */
async function cpuOf(app: Program): Promise<number> {
  const { cpu } = await app.ask<{ cpu: NodeJS.CpuUsage }>({});
  return cpu.user + cpu.system;
}

function report(samples: Samples, cpu: ReadonlyMap<string, number>): Findings {
  return {
    tables: [
      {
        title: 'Requests a second',
        columns: [
          'route',
          'requests a second',
          'processor time of the service a request, µs',
          'of the open one',
        ],
        rows: [OPEN, GUARDED].map((name) => [
          name,
          medianOf(samples, name),
          cpu.get(name) as number,
          ratioOf(samples, name, OPEN),
        ]),
      },
    ],
    goals: [
      {
        text: 'requests a second, guarded of open',
        unit: '',
        atLeast: 0.9,
        measured: ratioOf(samples, GUARDED, OPEN),
      },
    ],
    plots: plotsOf(samples),
  };
}

function plotsOf(samples: Samples): Findings['plots'] {
  return [
    {
      file: 'http',
      title: 'A route over HTTP, one process',
      unit: 'requests a second; more is better',
      scale: 'linear',
      groups: [
        {
          title: `${CONNECTIONS} connections`,
          bars: [
            { label: OPEN, value: medianOf(samples, OPEN), side: 'limit' },
            { label: GUARDED, value: medianOf(samples, GUARDED), side: 'keystamp' },
          ],
        },
      ],
    },
  ];
}
