/**
 * Whether partitions help a table of very many keys: one table beside 16 partitions by the hash of the key, and beside 16 by its
 * id. Size of the indexes, look-ups and written uses a second, and the time of a vacuum. `npm run stress -- partitions [keys]`.
 */
import { partitionKeys } from '@keystamp/testing/databases/partitioned';
import { type Database, migrateUp, openDatabase } from 'keystamp/database';
import { startGround } from '../harness/fleet.js';
import { introduce, startTable } from '../harness/report.js';
import {
  BATCH,
  flushSome,
  inThousands,
  lookUpSome,
  makeKeys,
  rowsPerSecond,
} from '../harness/statements.js';

const keys = Number(process.argv[2] ?? 2_000_000);
const ROUNDS = 60;
/** Written before the vacuum, so that it has work. */
const CHURN = Math.min(keys, 500_000) / BATCH;

const FORMS = [
  { name: 'one table', prepare: async () => {} },
  { name: '16 partitions by `key_hash`', prepare: (database: Database) => partitionKeys(database) },
  { name: '16 partitions by `id`', prepare: (database: Database) => partitionKeys(database, 'id') },
];

const server = await startGround({
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  autovacuum: 'off',
});
await introduce(`${keys.toLocaleString('en-US')} keys`, server);
const printRow = startTable([
  'form',
  'table',
  'indexes',
  'look-ups/s',
  'written uses/s',
  'too fresh/s',
  'WAL a written row',
  'updates without an index entry',
  'vacuum',
]);
for (const form of FORMS) {
  const database = await openDatabase(server.url);
  await migrateUp(database);
  await form.prepare(database);
  const ids = await makeKeys(database, keys);
  printRow([form.name, ...(await measure(database, ids))]);
  await database.query('drop schema keystamp cascade');
  await database.end();
}
await server.end();

async function measure(database: Database, ids: readonly string[]): Promise<string[]> {
  const { table, indexes } = await one<{ table: number; indexes: number }>(
    database,
    `select sum(pg_table_size(relid))::float8 as "table", sum(pg_indexes_size(relid))::float8 as indexes
     from (select 'keystamp.api_keys'::regclass as relid
           union all select inhrelid from pg_inherits where inhparent = 'keystamp.api_keys'::regclass) as part`,
  );
  for (let round = 0; round < ROUNDS; round++) await lookUpSome(database, ids.length);
  const lookups = await rowsPerSecond(ROUNDS, () => lookUpSome(database, ids.length));
  for (let round = 0; round < CHURN; round++) await flushSome(database, ids, 0);
  const before = await one<{ lsn: string }>(database, 'select pg_current_wal_lsn()::text as lsn');
  const written = await rowsPerSecond(ROUNDS, () => flushSome(database, ids, 0));
  const { bytes } = await one<{ bytes: number }>(
    database,
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '${before.lsn}')::float8 as bytes`,
  );
  const fresh = await rowsPerSecond(ROUNDS, () => flushSome(database, ids, 86_400_000));
  const { share } = await one<{ share: number }>(
    database,
    `select sum(n_tup_hot_upd)::float8 / sum(n_tup_upd) as share from pg_stat_user_tables
     where schemaname = 'keystamp' and relname like 'api_keys%'`,
  );
  const startedAt = performance.now();
  await database.query('vacuum keystamp.api_keys');
  const vacuumMs = performance.now() - startedAt;
  return [
    mebibytes(table),
    mebibytes(indexes),
    inThousands(lookups),
    inThousands(written),
    inThousands(fresh),
    `${Math.round(bytes / ROUNDS / BATCH)} bytes`,
    `${Math.round(share * 100)} %`,
    `${(vacuumMs / 1_000).toFixed(1)} s`,
  ];
}

async function one<R>(database: Database, text: string): Promise<R> {
  return (await database.query<R>(text)).rows[0] as R;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
