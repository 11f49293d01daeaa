/** What a revocation costs with many instances that listen: commits a second, and how late the last one hears. About a minute. */

import { monotonicMs } from '@keystamp/testing/processes/instances';
import { createKeystamp } from 'keystamp';
import pg from 'pg';
import { startGround } from '../harness/fleet.js';
import { introduce, printTable, quantile } from '../harness/report.js';

const FLEETS = (process.argv[2] ?? '1,10,50,100,200').split(',').map(Number);
const WRITERS = 4;
const SPAN_MS = 3_000;

const server = await startGround({ max_connections: 400 });
const keystamp = await createKeystamp({ database: server.url });
await keystamp.close();
await server.exec(`insert into keystamp.users (id) values ('ada');
  insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
  select 'ada', 'Key ' || n, 'ks_abcdef', sha256(n::text::bytea) from generate_series(1, 20000) n`);

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

const writers = await Promise.all(Array.from({ length: WRITERS }, connect));
const { rows: keys } = await server.exec('select id from keystamp.api_keys');
let next = 0;

/** One change of a key's name, as one transaction: the trigger tells of it as of a revocation. */
async function change(client: pg.Client): Promise<void> {
  const { id } = keys[next++ % keys.length];
  await client.query({
    name: 'change',
    text: 'update keystamp.api_keys set name = $2 where id = $1',
    values: [id, `Name ${next}`],
  });
}

/** Changes a second of all writers together. */
async function throughput(): Promise<number> {
  const startedAt = monotonicMs();
  let count = 0;
  await Promise.all(
    writers.map(async (client) => {
      while (monotonicMs() - startedAt < SPAN_MS) {
        await change(client);
        count++;
      }
    }),
  );
  return (count / (monotonicMs() - startedAt)) * 1_000;
}

/** From the commit until the last of them has heard, one change at a time. */
async function lateness(listeners: pg.Client[]): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < 100; i++) {
    const heard = Promise.all(
      listeners.map((client) => new Promise((resolve) => client.once('notification', resolve))),
    );
    await change(writers[0] as pg.Client);
    const committedAt = monotonicMs();
    await heard;
    latencies.push(Math.max(0, monotonicMs() - committedAt));
  }
  return latencies;
}

await introduce('What a revocation costs with many instances that listen', server);
const rows: (string | number)[][] = [['none', Math.round(await throughput()), '', '']];
const listeners: pg.Client[] = [];
for (const size of FLEETS) {
  while (listeners.length < size) {
    const client = await connect();
    await client.query('listen keystamp_changes');
    listeners.push(client);
  }
  const perSecond = await throughput();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const latencies = await lateness(listeners);
  rows.push([
    size,
    Math.round(perSecond),
    `${quantile(latencies, 0.5).toFixed(1)} ms`,
    `${quantile(latencies, 0.99).toFixed(1)} ms`,
  ]);
}
printTable(
  ['listening connections', `changes a second, ${WRITERS} writers`, 'last one hears, p50', 'p99'],
  rows,
);
await Promise.all([...writers, ...listeners].map((client) => client.end()));
await server.end();
