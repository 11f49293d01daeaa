/**
 * How long does migration 000002 hold up a table in use? A million rows, eight connections that look keys up and
 * change them without a pause, and the migration up, down and up again; then once more while a reader keeps a transaction open.
 * Bounded: about a minute. `npm run stress -- migrate-in-use [rows]`
 */

import { setTimeout as pause } from 'node:timers/promises';
import { durable } from '@keystamp/testing/postgres/durable';
import { startPostgres } from '@keystamp/testing/postgres/server';
import { migrateDown, migrateUp, openDatabase } from 'keystamp/database';
import pg from 'pg';
import { introduce, print, startTable } from '../harness/report.js';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const CONNECTIONS = 8;
const READER_HOLDS_MS = 5_000;

const server = await startPostgres({
  options: { ...durable, shared_buffers: '512MB', autovacuum_naptime: '1min' },
});
await introduce(
  `Migration 000002 on ${ROWS} rows while ${CONNECTIONS} connections look keys up and change them`,
  server,
);
const database = await openDatabase(server.url, {
  poolSize: CONNECTIONS + 2,
  statementTimeoutMs: 60_000,
});
const printRow = startTable(['migration', 'took', 'the longest statement of the load']);
try {
  await migrateUp(database, { to: '000001' });
  await fill();
  const load = startLoad();
  const idle = await worstDuring(load, () => pause(3_000));
  row('nothing (3 s)', idle);
  for (const [name, migrate] of [
    ['000002 up', () => migrateUp(database, { to: '000002' })],
    ['000002 down', () => migrateDown(database, { to: '000001' })],
    ['000002 up again', () => migrateUp(database, { to: '000002' })],
  ] as const) {
    row(name, await worstDuring(load, migrate));
  }
  await migrateDown(database, { to: '000001' });
  row(
    `000002 up, a reader holds the table for ${READER_HOLDS_MS / 1_000} s`,
    await besideReader(load),
  );
  const { statements } = await load.stop();
  print(`${statements} statements of the load, none failed`);
} finally {
  await database.end();
  await server.end();
}

async function fill(): Promise<void> {
  await database.query(
    `insert into keystamp.users (id) select 'user-' || n from generate_series(0, 999) as n`,
  );
  await database.query(
    `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
     select 'user-' || n % 1000, 'Key ' || n, 'ks_' || n, sha256(convert_to('key ' || n, 'UTF8'))
     from generate_series(1, $1::int) as n`,
    [ROWS],
  );
  await database.query('vacuum analyze keystamp.api_keys');
}

/** Half the statements read a key by its hash, half set a name. The longest since the last look is what counts. */
function startLoad() {
  let running = true;
  let longest = 0;
  let statements = 0;
  const work = async () => {
    const client = new pg.Client(server.url);
    await client.connect();
    while (running) {
      const n = 1 + Math.floor(Math.random() * ROWS);
      const started = performance.now();
      const hash = `sha256(convert_to('key ${n}', 'UTF8'))`;
      await (n % 2 === 0
        ? client.query(`select id, revoked_at from keystamp.api_keys where key_hash = ${hash}`)
        : client.query(
            `update keystamp.api_keys set name = 'Key ${n} again' where key_hash = ${hash}`,
          ));
      longest = Math.max(longest, performance.now() - started);
      statements++;
    }
    await client.end();
  };
  const workers = Array.from({ length: CONNECTIONS }, work);
  return {
    takeLongest: () => {
      const taken = longest;
      longest = 0;
      return taken;
    },
    stop: async () => {
      running = false;
      await Promise.all(workers);
      return { statements };
    },
  };
}

async function worstDuring(load: ReturnType<typeof startLoad>, work: () => Promise<unknown>) {
  load.takeLongest();
  const started = performance.now();
  await work();
  const tookMs = performance.now() - started;
  await pause(200);
  return { tookMs, longestMs: load.takeLongest() };
}

/** The migration waits at most two seconds at a time for the lock, and everybody behind it no longer than that. */
async function besideReader(load: ReturnType<typeof startLoad>) {
  const reader = new pg.Client(server.url);
  await reader.connect();
  await reader.query('begin; select count(*) from keystamp.api_keys where id is null');
  const ends = pause(READER_HOLDS_MS).then(() => reader.query('commit'));
  const result = await worstDuring(load, () => migrateUp(database, { to: '000002' }));
  await ends;
  await reader.end();
  return result;
}

function row(what: string, { tookMs, longestMs }: { tookMs: number; longestMs: number }): void {
  printRow([what, `${tookMs.toFixed(0)} ms`, `${longestMs.toFixed(0)} ms`]);
}
