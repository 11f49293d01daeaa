/**
 * The bounds: a million keys used within one window. Memory of a pending key, the longest hold of the event loop, the
 * share of the time that flushing takes, and how long until all are stored.
 * `npm run stress -- million [keys] [most seconds]`
 */
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { ClockJumpDetector } from '../../packages/core/src/clock/clock-jump-detector.js';
import { DatabaseClock } from '../../packages/core/src/clock/database-clock.js';
import { Flusher } from '../../packages/core/src/last-used/flusher.js';
import { createStamp, type Stamp } from '../../packages/core/src/last-used/stamp.js';
import { readClock } from '../../packages/core/src/sql/read-clock.js';
import { prepare } from '../harness/ground.js';
import { introduce, print, quantile } from '../harness/report.js';

const [count = '1000000', mostSeconds = '600'] = process.argv.slice(2);
const ground = await prepare(0);
await introduce(`${count} keys used within one window`, ground.server);
await ground.database.query(
  `insert into keystamp.users (id) values ('ada') on conflict do nothing`,
);
// Without the limit that our own pools give a statement.
const direct = await ground.database.connectDirect();
await direct.query(
  `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash)
   select 'ada', 'One of a million', 'ks_', sha256(i::text::bytea) from generate_series(1, $1::int) as i`,
  [Number(count)],
);
await direct.query('vacuum analyze keystamp.api_keys');
direct.release();
const { stamps, stampBytes } = await readStamps();

const clock = new DatabaseClock({
  onStep: (stepMs) => flusher.moveUses(stepMs),
  onNewServer: (stepMs) => flusher.writeRecentAgain(stepMs),
});
const sentAt = clock.hostNow();
clock.read({ ...(await readClock(ground.database)), sentAt, receivedAt: clock.hostNow() });
const warnings: object[] = [];
const logger = {
  debug() {},
  info() {},
  error() {},
  warn: (fields: object) => warnings.push(fields),
};
const took: number[] = [];
const database = {
  ...ground.database,
  kind: ground.database.kind,
  named: true,
  connect: async () => {
    const session = await ground.database.connect();
    const query: typeof session.query = async (text, params) => {
      const from = performance.now();
      try {
        return await session.query(text, params);
      } finally {
        took.push(performance.now() - from);
      }
    };
    return {
      backendPid: session.backendPid,
      query,
      release: (error?: Error) => session.release(error),
    };
  },
} as typeof ground.database;
const flusher = new Flusher({
  database,
  clock,
  jumps: new ClockJumpDetector(clock, database, () => {}),
  logger,
  timing: { windowMs: 1_000, flushIntervalMs: 500 },
  cancel: async () => {},
});

globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
const startedAt = performance.now();
for (const stamp of stamps) flusher.pending.record(stamp, clock.now());
const recordedMs = performance.now() - startedAt;
globalThis.gc?.();
const heap = process.memoryUsage().heapUsed - heapBefore;
print(
  `recorded in ${recordedMs.toFixed(0)} ms (${((1e6 * recordedMs) / stamps.length).toFixed(0)} ns a use); ${(heap / stamps.length).toFixed(0)} bytes more a pending key, and ${stampBytes.toFixed(0)} of its stamp with its id`,
);

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let longestHoldMs = 0;
let lastTurn = performance.now();
const ticking = setInterval(() => {
  const now = performance.now();
  longestHoldMs = Math.max(longestHoldMs, now - lastTurn - 1);
  lastTurn = now;
}, 1);
const collectionsMs: number[] = [];
const collections = new PerformanceObserver((list) => {
  collectionsMs.push(...list.getEntries().map(({ duration }) => duration));
});
collections.observe({ entryTypes: ['gc'] });
// What the machine alone makes of the same measure.
await pause(10_000);
const idleHoldMs = longestHoldMs;
longestHoldMs = 0;
collectionsMs.length = 0;
const looksMs: number[] = [];
const promoteDue = flusher.pending.promoteDue.bind(flusher.pending);
flusher.pending.promoteDue = (nowMs, all) => {
  const from = performance.now();
  const isDone = promoteDue(nowMs, all);
  looksMs.push(performance.now() - from);
  return isDone;
};
const flushingFrom = performance.now();
flusher.start();
const limit = Number(mostSeconds) * 1_000;
let told = 0;
while (flusher.pending.count > 0 && performance.now() - flushingFrom < limit) {
  await pause(1_000);
  if (++told % 20 === 0) {
    print(
      `after ${told} s: ${flusher.pending.count} pending, ${(flusher.lagMs() / 1_000).toFixed(1)} s behind`,
    );
  }
}
const elapsed = performance.now() - flushingFrom;
collections.disconnect();
clearInterval(ticking);
delay.disable();
const busy = took.reduce((sum, ms) => sum + ms, 0);
print(
  `${stamps.length - flusher.pending.count} of ${stamps.length} stored after ${(elapsed / 1_000).toFixed(1)} s, in ${took.length} statements, ${(busy / took.length).toFixed(1)} ms each`,
);
print(`share of the time in a statement: ${((100 * busy) / elapsed).toFixed(1)} %`);
print(
  `a look: p99 ${quantile(looksMs, 0.99).toFixed(1)} ms, most ${Math.max(...looksMs).toFixed(1)} ms of ${looksMs.length}; event loop: longest hold ${longestHoldMs.toFixed(1)} ms between two turns (idle on this machine: ${idleHoldMs.toFixed(1)} ms), p99 of the delay ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
);
print(
  `longest pause of the garbage collector: ${Math.max(0, ...collectionsMs).toFixed(1)} ms of ${collectionsMs.length}`,
);
print(`told of being behind: ${warnings.length} lines, the first ${JSON.stringify(warnings[0])}`);
await flusher.close();
await ground.end();

async function readStamps(): Promise<{ stamps: Stamp[]; stampBytes: number }> {
  const { rows } = await ground.database.query<{ id: string }>('select id from keystamp.api_keys');
  const ids = rows.map(({ id }) => id);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  // Copies of the ids: what the driver hands out are slices of what it received.
  const made = ids.map((id) => createStamp(Buffer.from(id, 'latin1').toString('latin1')));
  globalThis.gc?.();
  return { stamps: made, stampBytes: (process.memoryUsage().heapUsed - before) / made.length };
}
