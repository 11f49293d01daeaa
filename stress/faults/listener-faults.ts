/** How long after a fault a revocation made during it is honoured, and what known keys' holders notice. About three minutes. */

import { startTcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { type Instance, monotonicMs } from '@keystamp/testing/processes/instances';
import { until } from '@keystamp/testing/until';
import type { IssuedApiKey } from 'keystamp';
import { endFleet, issueKnown, startFleet, startGround } from '../harness/fleet.js';
import { introduce, printTable, quantile } from '../harness/report.js';

const ROUNDS = Number(process.argv[2] ?? 5);

const server = await startGround();
/** One to the pool, one to the listening connection, so that each can be cut off alone. */
const pool = await startTcpProxy({ port: server.port });
const listener = await startTcpProxy({ port: server.port });
const through = (port: number) => `postgres://postgres@127.0.0.1:${port}/postgres`;
const instances = await startFleet(2, {
  database: through(pool.port),
  listenDatabase: through(listener.port),
});

const listeners = `from pg_stat_activity
  where application_name = 'keystamp' and query ~ 'pg_listening_channels|pg_control_system|listen "'`;

interface Fault {
  readonly what: string;
  /** Until the database is available again, or is unavailable again. */
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
  /** Whether the revocation is made while the fault lasts, or right after it. */
  readonly revokeDuring: boolean;
}

const nothing = async () => {};
const faults: readonly Fault[] = [
  {
    what: 'none, to compare',
    begin: nothing,
    end: nothing,
    revokeDuring: true,
  },
  {
    what: 'listener ended by pg_terminate_backend',
    begin: () => server.exec(`select pg_terminate_backend(pid, 5000) ${listeners}`),
    end: nothing,
    revokeDuring: true,
  },
  {
    what: 'listener black-holed (packets dropped, no reset)',
    begin: async () => listener.blackhole(true),
    end: async () => listener.blackhole(false),
    revokeDuring: true,
  },
  {
    what: 'everything black-holed for 8 s, revoked meanwhile by another way',
    begin: async () => {
      listener.blackhole(true);
      pool.blackhole(true);
      await new Promise((resolve) => setTimeout(resolve, 8_000));
    },
    end: async () => {
      listener.blackhole(false);
      pool.blackhole(false);
    },
    revokeDuring: true,
  },
  {
    what: 'PostgreSQL restarted (fast)',
    begin: () => server.stop('fast'),
    end: () => server.start(),
    revokeDuring: false,
  },
  {
    what: 'PostgreSQL restarted (immediate)',
    begin: () => server.stop('immediate'),
    end: () => server.start(),
    revokeDuring: false,
  },
  {
    what: 'kill -9 of the postmaster',
    begin: () => server.kill9(),
    end: () => server.start(),
    revokeDuring: false,
  },
];

const revokeByHand = async ({ key }: IssuedApiKey) => {
  await server.exec(`update keystamp.api_keys set revoked_at = now() where id = '${key.id}'`);
  return monotonicMs();
};

/** Ms from the revocation, or where later the end of the fault, until the last instance refuses the key. */
async function run(fault: Fault): Promise<{ honouredMs: number; failed: number; served: number }> {
  const [revoked, ...known] = (await issueKnown(instances, 20)) as [
    IssuedApiKey,
    ...IssuedApiKey[],
  ];
  const load = { apiKeys: known.map(({ apiKey }) => apiKey), perTurn: 20, pauseMs: 5 };
  await Promise.all(instances.map((instance) => instance.tell('startLoad', load)));
  const given = { apiKeys: [revoked.apiKey], withinMs: 60_000, pauseMs: 1 };
  await fault.begin();
  const isOut = /everything/.test(fault.what);
  let revokedAt = fault.revokeDuring ? await revokeByHand(revoked) : 0;
  const refused = instances.map((instance) => instance.tell('untilRefused', given));
  if (!fault.revokeDuring || isOut) {
    await fault.end();
    if (isOut) revokedAt = monotonicMs();
    else revokedAt = await revokeByHand(revoked);
  }
  const refusedAt = (await Promise.all(refused)).flat() as number[];
  if (!isOut && fault.revokeDuring) await fault.end();
  await until(async () => (await healths()).every(({ listening }) => listening));
  const seen = await Promise.all(instances.map((instance) => instance.tell('stopLoad')));
  const sum = (outcome: string) =>
    seen.reduce((all, { outcomes }) => all + (outcomes[outcome] ?? 0), 0);
  const wrong = seen.flatMap(({ outcomes }) =>
    Object.keys(outcomes).filter((one) => one !== 'valid' && one !== 'database_unavailable'),
  );
  if (wrong.length > 0) throw new Error(`A good key was refused: ${wrong}`);
  return {
    honouredMs: Math.max(...refusedAt.map((at) => at - revokedAt)),
    failed: sum('database_unavailable'),
    served: sum('valid'),
  };
}

function healths() {
  return Promise.all(instances.map((instance: Instance) => instance.tell('health')));
}

await introduce('How long after a fault of the listener a revocation counts', server);
const rows: (string | number)[][] = [];
for (const fault of faults) {
  const runs: Awaited<ReturnType<typeof run>>[] = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await run(fault));
  const honoured = runs.map(({ honouredMs }) => Math.max(0, honouredMs));
  rows.push([
    fault.what,
    ROUNDS,
    `${Math.round(quantile(honoured, 0.5))} ms`,
    `${Math.round(Math.max(...honoured))} ms`,
    runs.reduce((sum, { served }) => sum + served, 0),
    runs.reduce((sum, { failed }) => sum + failed, 0),
  ]);
}
printTable(
  ['fault', 'runs', 'honoured after, median', 'most', 'known keys served', 'answered 503'],
  rows,
);

await endFleet(instances);
await Promise.all([pool.close(), listener.close()]);
await server.end();
