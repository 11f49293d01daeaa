/** A primary dies under load, its standby takes over, the address is switched: what requests, stamps and revocations notice. About a minute. */

import { startTcpProxy } from '@keystamp/testing/network/tcp-proxy';
import {
  caughtUp,
  primaryOptions,
  promote,
  startStandby,
} from '@keystamp/testing/postgres/standby';
import { type Instance, type LoadSeen, monotonicMs } from '@keystamp/testing/processes/instances';
import { until } from '@keystamp/testing/until';
import type { IssuedApiKey } from 'keystamp';
import { endFleet, issueKnown, startFleet, startGround } from '../harness/fleet.js';
import { introduce, printTable } from '../harness/report.js';

const ROUNDS = Number(process.argv[2] ?? 3);
const KEYS = 200;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function run(): Promise<(string | number)[][]> {
  const primary = await startGround(primaryOptions);
  const proxy = await startTcpProxy({ port: primary.port });
  const database = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
  const instances = await startFleet(3, { database });
  const standby = await startStandby(primary);
  const known = await issueKnown(instances, KEYS);
  const revokedBefore = await issueRevoked(instances, 0);
  const load = { apiKeys: known.map(({ apiKey }) => apiKey), perTurn: 10, pauseMs: 2 };
  await Promise.all(instances.map((instance) => instance.tell('startLoad', load)));
  await pause(3_000);
  await caughtUp(primary, standby);
  const revokedLast = await issueRevoked(instances, 1);
  const killedAt = monotonicMs();
  await primary.kill9();
  await pause(1_000); // What a watchdog needs to be sure.
  await promote(standby);
  proxy.leadTo(standby.port);
  const switchedAt = monotonicMs();
  await until(async () => (await healths(instances)).every(({ listening }) => listening));
  const heardAt = monotonicMs();
  await pause(3_000);
  const seen = await Promise.all(instances.map((instance) => instance.tell('stopLoad')));
  const stampErrorMs = await worstStamp(instances, known, seen, standby.url);
  const rows = [
    ...loadRows(seen),
    ['seconds from the kill to the switch', ((switchedAt - killedAt) / 1_000).toFixed(2)],
    [
      'seconds from the switch until all hear changes again',
      ((heardAt - switchedAt) / 1_000).toFixed(2),
    ],
    ['seconds from the switch to the last 503', lastFailure(seen, switchedAt)],
    ['last uses further than 50 ms from the true one', stampErrorMs.filter((e) => e > 50).length],
    ['worst of them, ms', Math.max(...stampErrorMs).toFixed(1)],
    ['keys revoked before, accepted after', await countAccepted(instances, revokedBefore)],
    [
      'keys revoked in the last moment, accepted after (lost by replication)',
      await countAccepted(instances, revokedLast),
    ],
  ];
  await endFleet(instances);
  await Promise.all([primary.end(), standby.end(), proxy.close()]);
  return rows;
}

/** Twenty keys, revoked by one of the instances. */
async function issueRevoked(instances: Instance[], by: number): Promise<IssuedApiKey[]> {
  const issued = await issueKnown(instances, 20);
  for (const { key } of issued) await (instances[by] as Instance).tell('revoke', key);
  return issued;
}

function loadRows(seen: LoadSeen[]): (string | number)[][] {
  const isRefused = (outcome: string) => !['valid', 'database_unavailable'].includes(outcome);
  return [
    ['validations of known keys under load', sum(seen, () => true)],
    ['answered 503 among them', sum(seen, (outcome) => outcome === 'database_unavailable')],
    ['refused among them', sum(seen, isRefused)],
  ];
}

/** Over all instances. */
async function countAccepted(instances: Instance[], issued: IssuedApiKey[]): Promise<number> {
  const apiKeys = issued.map(({ apiKey }) => apiKey);
  const all = await Promise.all(instances.map((one) => one.tell('validate', { apiKeys })));
  return all.flat().filter((outcome) => outcome === 'valid').length;
}

/** Per key: how far the stored time is from the newest use over all processes. */
async function worstStamp(
  instances: Instance[],
  known: IssuedApiKey[],
  seen: LoadSeen[],
  url: string,
): Promise<number[]> {
  await Promise.all(instances.map((instance) => instance.tell('flush')));
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ id: string; at: number }>(
    `select id, (extract(epoch from last_used_at) * 1000)::float8 as at from keystamp.api_keys`,
  );
  await client.end();
  const storedAt = new Map(rows.map(({ id, at }) => [id, at]));
  return known.map(({ key }, i) => {
    const usedAt = Math.max(...seen.map((one) => one.usedAt[i] as number));
    return Math.abs((storedAt.get(key.id) as number) - usedAt);
  });
}

const healths = (instances: Instance[]) =>
  Promise.all(instances.map((instance) => instance.tell('health')));

function sum(seen: LoadSeen[], isMeant: (outcome: string) => boolean): number {
  return seen
    .flatMap(({ outcomes }) => Object.entries(outcomes))
    .reduce((all, [outcome, count]) => all + (isMeant(outcome) ? count : 0), 0);
}

function lastFailure(seen: LoadSeen[], switchedAt: number): string {
  const last = Math.max(...seen.map(({ lastFailureAt }) => lastFailureAt));
  return last === 0 ? 'none' : ((last - switchedAt) / 1_000).toFixed(2);
}

const runs: (string | number)[][][] = [];
for (let round = 0; round < ROUNDS; round++) runs.push(await run());
const shown = await startGround();
await introduce('A primary dies under load and its standby takes over', shown);
await shown.end();
printTable(
  ['', ...runs.map((_, i) => `run ${i + 1}`)],
  (runs[0] as (string | number)[][]).map(([what], i) => [
    what as string,
    ...runs.map((run) => run[i]?.[1] as string | number),
  ]),
);
