/**
 * G11: sizes and HOT share of the table under lasting use.
 * `npx tsx bench/proof/bloat.ts [minutes] [keys] [keys in use]`
 */
import { createKeystamp } from '../../packages/core/src/index.js';
import { learn } from '../../packages/core/test/last-used/many-keys.js';
import { introduce, pause, prepare } from './ground.js';

const [minutes = '10', keys = '20000', inUse = '5000'] = process.argv.slice(2);
introduce(
  `${minutes} min, ${keys} keys, ${inUse} of them used every second; durable, autovacuum as it comes`,
);
const ground = await prepare(Number(keys), { fsync: 'on', autovacuum_naptime: '1min' });
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

console.log(
  'minute | heap kB | indexes kB | toast kB | updates | HOT share of the minute | autovacuums',
);
let before = await read();
print(0, before, before);
for (let minute = 1; minute <= Number(minutes); minute++) {
  const endAt = performance.now() + 60_000;
  while (performance.now() < endAt) {
    for (const { apiKey } of used) await keystamp.validateUserApiKey(apiKey);
    await pause(100);
  }
  const now = await read();
  print(minute, now, before);
  before = now;
}
await keystamp.close();
await ground.end();

function print(minute: number, now: Sizes, last: Sizes): void {
  const updates = now.updated - last.updated;
  const share = updates === 0 ? '' : `${((100 * (now.hot - last.hot)) / updates).toFixed(2)} %`;
  const kB = (bytes: number) => Math.round(bytes / 1_024);
  console.log(
    [minute, kB(now.heap), kB(now.indexes), kB(now.toast), updates, share, now.vacuums].join(' | '),
  );
}
