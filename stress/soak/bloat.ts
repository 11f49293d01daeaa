/**
 * G11: sizes and HOT share of the table under lasting use.
 * `npm run stress -- bloat [minutes] [keys] [keys in use]`
 */

import { setTimeout as pause } from 'node:timers/promises';
import { learn } from '@keystamp/testing/databases/many-keys';
import { createKeystamp } from 'keystamp';
import { prepare } from '../harness/ground.js';
import { introduce, startTable } from '../harness/report.js';

const [minutes = '10', keys = '20000', inUse = '5000'] = process.argv.slice(2);
const ground = await prepare(Number(keys), { fsync: 'on', autovacuum_naptime: '1min' });
await introduce(
  `${minutes} min, ${keys} keys, ${inUse} of them used every second; durable, autovacuum as it comes`,
  ground.server,
);
const keystamp = await createKeystamp({ database: ground.database });
// Of all pages, as keys in use are.
const step = Number(keys) / Number(inUse);
const used = Array.from(
  { length: Number(inUse) },
  (_, i) => ground.keys[Math.floor(i * step)],
).filter((key) => key !== undefined);
await learn(keystamp, used);

interface Sizes {
  heap: number;
  indexes: number;
  toast: number;
  updated: number;
  hot: number;
  vacuums: number;
}
const read = () =>
  ground.one<Sizes>(`select pg_relation_size(c.oid)::int as heap, pg_indexes_size(c.oid)::int as indexes,
    coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)::int as toast, s.n_tup_upd::int as updated,
    s.n_tup_hot_upd::int as hot, s.autovacuum_count::int as vacuums
    from pg_class c join pg_stat_user_tables s on s.relid = c.oid where c.oid = 'keystamp.api_keys'::regclass`);

const row = startTable([
  'minute',
  'heap kB',
  'indexes kB',
  'toast kB',
  'updates',
  'HOT share of the minute',
  'autovacuums',
]);
let before = await read();
printMinute(0, before, before);
for (let minute = 1; minute <= Number(minutes); minute++) {
  const endAt = performance.now() + 60_000;
  while (performance.now() < endAt) {
    for (const { apiKey } of used) await keystamp.validateUserApiKey(apiKey);
    await pause(100);
  }
  const now = await read();
  printMinute(minute, now, before);
  before = now;
}
await keystamp.close();
await ground.end();

function printMinute(minute: number, now: Sizes, last: Sizes): void {
  const updates = now.updated - last.updated;
  const share = updates === 0 ? '' : `${((100 * (now.hot - last.hot)) / updates).toFixed(2)} %`;
  const kB = (bytes: number) => Math.round(bytes / 1_024);
  row([minute, kB(now.heap), kB(now.indexes), kB(now.toast), updates, share, now.vacuums]);
}
