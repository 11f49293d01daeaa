/**
 * G7: what a known key's validation costs while the database is at fault, with tracking and without, in turns; and what
 * the faults do to memory, to the event loop and to the log. `npm run stress -- outage [seconds a fault]`
 */

import { setTimeout as pause } from 'node:timers/promises';
import { learn, type ManyKey } from '@keystamp/testing/databases/many-keys';
import { startTcpProxy } from '@keystamp/testing/network/tcp-proxy';
import { until } from '@keystamp/testing/until';
import { createKeystamp, type Keystamp } from 'keystamp';
import pg from 'pg';
import { prepare } from '../harness/ground.js';
import { introduce, quantile, startTable } from '../harness/report.js';

const KEYS = 1_000;
const [seconds = '10'] = process.argv.slice(2);
const ground = await prepare(KEYS);
await introduce(`${KEYS} known keys, ${seconds} s a fault`, ground.server);
const proxy = await startTcpProxy({ port: ground.server.port });
const log: string[] = [];
const note = (_fields: object, message: string) => void log.push(message);
const keystamp = await createKeystamp({
  database: `postgres://postgres@127.0.0.1:${proxy.port}/postgres`,
  outageGraceMs: 600_000,
  logger: { debug() {}, info() {}, warn: note, error: note },
});
await learn(keystamp, ground.keys);

interface Fault {
  readonly name: string;
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}
let holder: pg.Client;
const faults: Fault[] = [
  { name: 'none', begin: async () => {}, end: async () => {} },
  { name: 'stopped', begin: () => ground.server.stop('fast'), end: () => ground.server.start() },
  {
    name: 'read-only',
    begin: () => setReadOnly('on'),
    end: () => setReadOnly('off'),
  },
  {
    name: 'table locked',
    begin: async () => {
      holder = new pg.Client({ connectionString: ground.server.url });
      await holder.connect();
      await holder.query('begin; lock table keystamp.api_keys in access exclusive mode');
    },
    end: () => holder.end(),
  },
  {
    name: 'black hole',
    begin: async () => proxy.blackhole(true),
    end: async () => {
      proxy.blackhole(false);
      proxy.cut();
    },
  },
  { name: '200 ms slow', begin: async () => proxy.latency(200), end: async () => proxy.latency(0) },
];

const row = startTable([
  'fault',
  'on: p50, p99 µs',
  'off: p50, p99 µs',
  'on / off',
  'longest hold ms',
  'heap MB',
  'pending',
  'refused',
  'lines',
  'last uses stored after the end',
]);
for (const fault of faults) {
  await until(() => keystamp.health().listening, { timeoutMs: 60_000 });
  await learn(keystamp, ground.keys);
  log.length = 0;
  await fault.begin();
  const seen = await useFor(Number(seconds) * 1_000);
  const { pendingKeys } = keystamp.health();
  await fault.end();
  const used = seen.lastRoundAt;
  const right = await allStored(used);
  const us = (values: number[], share: number) => quantile(values, share).toFixed(2);
  row([
    fault.name,
    `${us(seen.on, 0.5)}, ${us(seen.on, 0.99)}`,
    `${us(seen.off, 0.5)}, ${us(seen.off, 0.99)}`,
    (quantile(seen.on, 0.5) / quantile(seen.off, 0.5)).toFixed(3),
    seen.longestHoldMs.toFixed(1),
    (seen.heap / 1e6).toFixed(1),
    pendingKeys,
    seen.refused,
    log.length,
    right,
  ]);
}
await keystamp.close();
await proxy.close();
await ground.end();

/** Rounds over all keys, one with tracking and one without, in turns. Times are of one validation in its round, in µs. */
async function useFor(ms: number) {
  const seen = {
    on: [] as number[],
    off: [] as number[],
    longestHoldMs: 0,
    heap: 0,
    refused: 0,
    lastRoundAt: 0,
  };
  let turn = 0;
  for (const endAt = performance.now() + ms; performance.now() < endAt; ) {
    for (const recordUse of turn++ % 2 === 0 ? [true, false] : [false, true]) {
      if (recordUse) seen.lastRoundAt = Date.now();
      const from = performance.now();
      seen.refused += await useEach(keystamp, ground.keys, recordUse);
      seen[recordUse ? 'on' : 'off'].push((1e3 * (performance.now() - from)) / KEYS);
      const resting = performance.now();
      await pause(1);
      seen.longestHoldMs = Math.max(seen.longestHoldMs, performance.now() - resting - 1);
    }
  }
  globalThis.gc?.();
  seen.heap = process.memoryUsage().heapUsed;
  return seen;
}

async function useEach(instance: Keystamp, keys: readonly ManyKey[], recordUse: boolean) {
  let refused = 0;
  for (const { apiKey } of keys) {
    const answer = await instance.validateUserApiKey(apiKey, { recordUse }).catch(() => null);
    if (answer?.valid !== true) refused++;
  }
  return refused;
}

async function allStored(usedAt: number): Promise<string> {
  const from = performance.now();
  for (;;) {
    const { stored } = await ground.one<{ stored: number }>(
      `select count(*)::int as stored from keystamp.api_keys
       where last_used_at >= to_timestamp(${(usedAt - 50) / 1_000})`,
    );
    if (stored === KEYS) return `${((performance.now() - from) / 1_000).toFixed(1)} s`;
    if (performance.now() - from > 60_000) return `${stored} of ${KEYS} after 60 s`;
    await pause(50);
  }
}

async function setReadOnly(to: 'on' | 'off'): Promise<void> {
  const client = new pg.Client({
    connectionString: ground.server.url,
    options: '-c default_transaction_read_only=off',
  });
  await client.connect();
  await client.query(`alter system set default_transaction_read_only = ${to}`);
  await client.query('select pg_reload_conf()');
  await client.end();
}
