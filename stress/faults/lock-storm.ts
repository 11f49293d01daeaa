/**
 * G9: eight instances flush the same 10,000 keys, each in an order of its own, while another session revokes
 * and edits. `npm run stress -- lock-storm [seconds]`
 */

import { setTimeout as pause } from 'node:timers/promises';
import { learn, type ManyKey } from '@keystamp/testing/databases/many-keys';
import { seeded, shuffle } from '@keystamp/testing/seeded';
import { createKeystamp, type Keystamp } from 'keystamp';
import { type Database, openDatabase } from 'keystamp/database';
import { prepare } from '../harness/ground.js';
import { introduce, print, quantile } from '../harness/report.js';

const KEYS = 10_000;
const SPARE = 100;
const [seconds = '30'] = process.argv.slice(2);
const ground = await prepare(KEYS + SPARE, { fsync: 'on' });
await introduce(`8 instances, ${KEYS} keys, ${seconds} s`, ground.server);
const failures: string[] = [];
const logger = {
  debug() {},
  info() {},
  error() {},
  warn: (fields: object, message: string) => failures.push(`${message} ${JSON.stringify(fields)}`),
};

const instances: { keystamp: Keystamp; keys: ManyKey[]; database: Database }[] = [];
for (let i = 0; i < 8; i++) {
  const database = await openDatabase(ground.server.url, { poolSize: 3 });
  const options = { precisionMs: 200, flushIntervalMs: 50, logger };
  const keystamp = await createKeystamp({ database, ...options });
  const keys = ground.keys.slice(0, KEYS);
  shuffle(keys, seeded(i));
  for (let from = 0; from < KEYS; from += 1_000)
    await learn(keystamp, keys.slice(from, from + 1_000));
  instances.push({ keystamp, keys, database });
}

const endAt = performance.now() + Number(seconds) * 1_000;
const flushWaits = { seen: 0, looks: 0 };
const changeWaits = { seen: 0, longestMs: 0 };
const changeMs: number[] = [];
/** Of the same statement on keys that nobody uses: what the machine makes of it without any lock to wait for. */
const controlMs: number[] = [];

await Promise.all([
  ...instances.map(async ({ keystamp, keys }) => {
    while (performance.now() < endAt) {
      for (const { apiKey } of keys.slice(0, 2_500)) await keystamp.validateUserApiKey(apiKey);
      keys.push(...keys.splice(0, 2_500));
      await pause(50);
    }
  }),
  watchForWaits(),
  change(),
]);

/** What the backends of flushes wait for, looked at every few ms. */
async function watchForWaits(): Promise<void> {
  while (performance.now() < endAt) {
    const { waits, longest } = await ground.one<{ waits: number; longest: number }>(
      `select count(*) filter (where query ~ 'set last_used_at')::int as waits,
         coalesce(max(extract(epoch from clock_timestamp() - l.waitstart) * 1000) filter (where query !~ 'set last_used_at'), 0)::float8 as longest
       from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted`,
    );
    flushWaits.looks++;
    flushWaits.seen += waits;
    changeWaits.longestMs = Math.max(changeWaits.longestMs, longest);
    if (longest > 0) changeWaits.seen++;
    await pause(5);
  }
}

/** Writes of one row as revocations and edits make them, timed. No key is lost to the storm: what is revoked is null as before. */
async function change(): Promise<void> {
  const session = await ground.database.connect();
  for (let i = 0; performance.now() < endAt; i++) {
    const isControl = i % 4 >= 2;
    const { id } = ground.keys[isControl ? KEYS + (i % SPARE) : (i * 7) % KEYS] as ManyKey;
    const startedAt = performance.now();
    const text = i % 2 === 0 ? 'revoked_at = null' : `name = 'Edited'`;
    await session.query(`update keystamp.api_keys set ${text} where id = $1`, [id]);
    (isControl ? controlMs : changeMs).push(performance.now() - startedAt);
    await pause(2);
  }
  session.release();
}

const written = instances.reduce(
  (sum, { keystamp }) => sum + keystamp.health().counts.keysWritten,
  0,
);
const statements = instances.reduce(
  (sum, { keystamp }) => sum + keystamp.health().counts.flushes,
  0,
);
const failed = instances.reduce(
  (sum, { keystamp }) => sum + keystamp.health().counts.flushFailures,
  0,
);
const { deadlocks } = await ground.one<{ deadlocks: number }>(
  `select deadlocks::int from pg_stat_database where datname = current_database()`,
);
print(`flush statements: ${statements}, rows written: ${written}, failed statements: ${failed}`);
print(`deadlocks (pg_stat_database): ${deadlocks}`);
print(`flushes seen waiting for a lock: ${flushWaits.seen} in ${flushWaits.looks} looks`);
const told = (ms: readonly number[]) =>
  `${ms.length}, ms: p50 ${quantile(ms, 0.5).toFixed(1)}, p99 ${quantile(ms, 0.99).toFixed(1)}, most ${Math.max(...ms).toFixed(1)}`;
print(`revocations and edits of keys in use: ${told(changeMs)}`);
print(`the same of keys that nobody uses: ${told(controlMs)}`);
print(
  `of them seen waiting for a lock: ${changeWaits.seen} times, the longest wait ${changeWaits.longestMs.toFixed(1)} ms`,
);
for (const line of failures.slice(0, 5)) print(line);
for (const { keystamp, database } of instances) {
  await keystamp.close();
  await database.end();
}
await ground.end();
