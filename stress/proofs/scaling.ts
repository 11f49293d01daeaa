/**
 * What a fleet asks of one PostgreSQL, calculated: from the constants that are measured first, on one connection and
 * 200,000 keys. docs/operate/scaling.md reads it.
 */
import { createKeystamp } from 'keystamp';
import { openDatabase } from 'keystamp/database';
import { Invalidations } from '../../packages/core/src/invalidation/invalidations.js';
import { findKeysByHash } from '../../packages/core/src/sql/find-keys-by-hash.js';
import { ValidationCache } from '../../packages/core/src/validation/validation-cache.js';
import { startGround } from '../harness/fleet.js';
import { introduce, printTable } from '../harness/report.js';
import {
  BATCH,
  flushSome,
  hashOf,
  inThousands as k,
  lookUpSome,
  makeKeys,
  rowsPerSecond,
} from '../harness/statements.js';

const KEYS = 200_000;
const ROUNDS = 40;

const server = await startGround({ shared_buffers: '512MB', max_wal_size: '4GB' });
await (await createKeystamp({ database: server.url })).close();
const database = await openDatabase(server.url);
const ids = await makeKeys(database, KEYS);

for (let i = 0; i < KEYS / BATCH; i++) await flushSome(database, ids, 0); // Pages are warm, as in use.
const written = await rowsPerSecond(ROUNDS, () => flushSome(database, ids, 0));
const tooSoon = await rowsPerSecond(ROUNDS, () => flushSome(database, ids, 86_400_000));
const lookups = await rowsPerSecond(ROUNDS, () => lookUpSome(database, KEYS));
const walBefore = await server.exec(`select pg_current_wal_lsn() as lsn`);
for (let round = 0; round < ROUNDS; round++) await flushSome(database, ids, 0);
const wal = await server.exec(
  `select pg_wal_lsn_diff(pg_current_wal_lsn(), '${walBefore.rows[0].lsn}')::float8 as bytes`,
);
const walPerRow = wal.rows[0].bytes / (ROUNDS * BATCH);

async function bytesPerCachedKey(): Promise<number> {
  const keys = new ValidationCache(KEYS, new Invalidations(() => {}));
  const collect = globalThis.gc ?? (() => {});
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < 100_000; at += BATCH) {
    const hashes = Array.from({ length: BATCH }, (_, i) => hashOf(at + i + 1));
    const found = await findKeysByHash(database, hashes);
    const now = { databaseMs: Date.now(), hostMs: performance.now() };
    for (const one of found) keys.remember(one, { readSequence: 0, queryNumber: at + 1 }, now);
  }
  collect();
  return (process.memoryUsage().heapUsed - before) / keys.size;
}
const perKey = await bytesPerCachedKey();

await introduce('What a fleet asks of one PostgreSQL', server);
printTable(
  ['measured on one connection', ''],
  [
    ['last uses written a second', k(written)],
    ['last uses found too fresh to write, a second', k(tooSoon)],
    ['keys looked up a second', k(lookups)],
    ['WAL a written row', `${Math.round(walPerRow)} bytes`],
    ['memory a cached key', `${Math.round(perKey)} bytes`],
  ],
);

/** Distinct keys among `uses` of `keys`, each as likely as another. */
const distinct = (uses: number, keys: number) => keys * (1 - Math.exp(-uses / keys));

/** Requests a second of the whole fleet. */
const REQUESTS = 1_000_000;
const CACHE = 100_000;
for (const windowSeconds of [1, 25]) {
  const rows: string[][] = [];
  for (const instances of [10, 100, 1_000]) {
    for (const keys of [1e5, 1e6, 1e7, 1e8]) {
      const versions = distinct(REQUESTS * windowSeconds, keys) / windowSeconds;
      const ownUses = (REQUESTS * windowSeconds) / instances;
      const tried = (instances * distinct(ownUses, keys)) / windowSeconds;
      const misses = REQUESTS * Math.max(0, 1 - CACHE / keys);
      const busy = versions / written + Math.max(0, tried - versions) / tooSoon;
      rows.push([
        k(instances),
        k(keys),
        k(versions),
        k(tried),
        busy.toFixed(1),
        `${((versions * walPerRow) / 2 ** 20).toFixed(0)} MiB`,
        k(misses),
        (misses / lookups).toFixed(1),
        `${((Math.min(keys, 1e7) * perKey) / 2 ** 30).toFixed(1)} GiB`,
        `${instances} + ${k(instances * 10)}`,
        k(instances / 2),
      ]);
    }
  }
  printTable(
    [
      'instances',
      'keys',
      `versions/s at a ${windowSeconds} s window`,
      'uses tried/s',
      'busy connections',
      'WAL/s',
      `lookups/s (cache ${k(CACHE)})`,
      'busy connections',
      'cache for all (10 M at most)',
      'listeners + pool at most',
      'heartbeats/s',
    ],
    rows,
  );
}
await database.end();
await server.end();
