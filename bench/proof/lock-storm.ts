/**
 * G9: eight instances flush the same 10,000 keys, each in an order of its own, while another session revokes
 * and edits. `npx tsx bench/proof/lock-storm.ts [seconds]`
 */
import { createKeystamp, openDatabase } from '../../packages/core/src/index.js';
import { learn } from '../../packages/core/test/last-used/many-keys.js';
import { seeded, shuffle } from '../../packages/core/test/properties/seeded.js';
import { introduce, pause, percentile, prepare } from './ground.js';

const KEYS = 10_000;
const [seconds = '30'] = process.argv.slice(2);
introduce(`8 instances, ${KEYS} keys, ${seconds} s`);
// Every wait for a lock of 20 ms or more is written down by the server itself.
const ground = await prepare(KEYS, { fsync: 'on', track_counts: 'on' });
const endAt = performance.now() + Number(seconds) * 1_000;
const failures: string[] = [];
const logger = {
  debug() {},
  info() {},
  error() {},
  warn: (fields: object, message: string) => failures.push(`${message} ${JSON.stringify(fields)}`),
};

const instances = await Promise.all(
  Array.from({ length: 8 }, async (_, i) => {
    const database = await openDatabase(ground.server.url, { poolSize: 3 });
    const keystamp = await createKeystamp({
      database,
      precisionMs: 200,
      flushIntervalMs: 50,
      logger,
    });
    const keys = [...ground.keys];
    shuffle(keys, seeded(i));
    await learn(keystamp, keys);
    return { keystamp, keys, database };
  }),
);

const flushWaits = { seen: 0, looks: 0 };
const changeMs: number[] = [];

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
    const { waits } = await ground.one<{ waits: number }>(
      `select count(*)::int as waits from pg_stat_activity
       where wait_event_type = 'Lock' and query ~ 'set last_used_at'`,
    );
    flushWaits.looks++;
    flushWaits.seen += waits;
    await pause(5);
  }
}

/** Revocations and edits, as an administrator's session makes them, timed. */
async function change(): Promise<void> {
  const session = await ground.database.connect();
  for (let i = 0; performance.now() < endAt; i++) {
    const { id } = ground.keys[(i * 7) % KEYS] as { id: string };
    const startedAt = performance.now();
    const text = i % 2 === 0 ? 'revoked_at = null' : `name = 'Edited'`;
    await session.query(`update keystamp.api_keys set ${text} where id = $1`, [id]);
    changeMs.push(performance.now() - startedAt);
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
console.log(
  `flush statements: ${statements}, rows written: ${written}, failed statements: ${failed}`,
);
console.log(`deadlocks (pg_stat_database): ${deadlocks}`);
console.log(`flushes seen waiting for a lock: ${flushWaits.seen} in ${flushWaits.looks} looks`);
console.log(
  `revocations and edits: ${changeMs.length}, ms: p50 ${percentile(changeMs, 0.5).toFixed(1)}, p99 ${percentile(changeMs, 0.99).toFixed(1)}, most ${Math.max(...changeMs).toFixed(1)}`,
);
for (const line of failures.slice(0, 5)) console.log(line);
for (const { keystamp, database } of instances) {
  await keystamp.close();
  await database.end();
}
await ground.end();
