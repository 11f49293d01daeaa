/**
 * G3: real processes over one PostgreSQL. Prints the row versions of a span beside T / window and the bound.
 * `npm run stress -- row-versions [processes] [seconds] [hot|thin|burst|many|joining ...]`
 */

import { setTimeout as pause } from 'node:timers/promises';
import { buildCore, type Child, runModule } from '@keystamp/testing/processes/child';
import { type Ground, prepare } from '../harness/ground.js';
import { introduce, startTable } from '../harness/report.js';

const WINDOW_MS = 1_000;
const FLUSH_MS = 500;

/** Uses the key at the place that its parent writes a line with. */
const servant = `
import { createInterface } from 'node:readline';
const { createKeystamp } = await import(dist + 'index.js');
const [url, list] = process.argv.slice(1).filter((one) => one !== '--');
const keys = JSON.parse(list);
const keystamp = await createKeystamp({
  database: url, precisionMs: ${WINDOW_MS}, flushIntervalMs: ${FLUSH_MS}, migrate: false });
for (const { apiKey } of keys) await keystamp.validateUserApiKey(apiKey, { recordUse: false });
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') break;
  await keystamp.validateUserApiKey(keys[Number(line)].apiKey);
}
await keystamp.close();
console.log(JSON.stringify(keystamp.health().counts));
process.exit(0);
`;

const [processes = '8', seconds = '30', ...wanted] = process.argv.slice(2);
const SPAN_MS = Number(seconds) * 1_000;
await introduce(`${processes} processes, ${seconds} s a case, window ${WINDOW_MS} ms`, null);
buildCore();
const row = startTable(['case', 'uses', 'versions', 'T/window', 'bound', 'statements/s']);

interface Load {
  readonly name: string;
  readonly keys: number;
  /** Runs for the span; answers with the uses made and the processes stopped. */
  run(fleet: Fleet): Promise<{ uses: number; stopped: number }>;
}

class Fleet {
  readonly children: Child[] = [];
  statements = 0;
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  async join(): Promise<void> {
    const child = runModule(servant, this.#ground.server.url, JSON.stringify(this.#ground.keys));
    if ((await child.line()) !== 'ready') throw new Error((await child.ended).errors);
    this.children.push(child);
  }

  use(by: number, key: number): void {
    this.children[by % this.children.length]?.process.stdin?.write(`${key}\n`);
  }

  async stop(child: Child | undefined): Promise<void> {
    child?.process.stdin?.write('stop\n');
    const counts = JSON.parse((await child?.line()) ?? '{}');
    this.statements += counts.flushes ?? 0;
    await child?.ended;
  }
}

/** Calls `act` about so often until the span is over. */
async function during(perSecond: number, act: (fleet: Fleet) => number, fleet: Fleet) {
  let uses = 0;
  const start = performance.now();
  for (let due = 0; performance.now() - start < SPAN_MS; ) {
    for (; due < ((performance.now() - start) / 1_000) * perSecond; due++) uses += act(fleet);
    await pause(2);
  }
  return { uses, stopped: 0 };
}

const any = (limit: number) => Math.floor(Math.random() * limit);
const onAny = (keys: number) => (fleet: Fleet) => {
  fleet.use(any(1e6), any(keys));
  return 1;
};
const loads: Record<string, Load> = {
  hot: { name: 'hot key, 500/s', keys: 1, run: (fleet) => during(500, onAny(1), fleet) },
  thin: { name: 'one use a second on any', keys: 1, run: (fleet) => during(1, onAny(1), fleet) },
  burst: {
    name: 'bursts of 100 every 1.6 s',
    keys: 1,
    run: (fleet) =>
      during(1 / 1.6, (all) => Array.from({ length: 100 }, () => onAny(1)(all)).length, fleet),
  },
  many: {
    name: '1,000 keys, 2/s each',
    keys: 1_000,
    run: (fleet) => during(2_000, onAny(1_000), fleet),
  },
  joining: {
    name: 'hot, the others join, then stop, one by one',
    keys: 1,
    run: async (fleet) => {
      const load = during(200, onAny(1), fleet);
      const more = Number(processes) - 2;
      for (let i = 0; i < more; i++) {
        await pause(SPAN_MS / (2 * more + 2));
        await fleet.join();
      }
      for (let i = 0; i < more; i++) {
        await pause(SPAN_MS / (2 * more + 2));
        await fleet.stop(fleet.children.shift());
      }
      return { ...(await load), stopped: more };
    },
  },
};

for (const [name, load] of Object.entries(loads)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const ground = await prepare(load.keys);
  const fleet = new Fleet(ground);
  for (let i = 0; i < (name === 'joining' ? 2 : Number(processes)); i++) await fleet.join();
  const before = await versions(ground);
  const { uses, stopped } = await load.run(fleet);
  await pause(2 * WINDOW_MS + 2 * FLUSH_MS + 1_500);
  const after = await versions(ground);
  for (const child of fleet.children.splice(0)) await fleet.stop(child);
  const windows = SPAN_MS / WINDOW_MS;
  const bound = load.keys * (2 * windows + 6 + stopped);
  row([
    load.name,
    uses,
    after - before,
    load.keys * windows,
    bound,
    (fleet.statements / Number(seconds)).toFixed(1),
  ]);
  await ground.end();
}

/** The server's own count, `n_tup_upd`; sessions hand theirs in within a second or so. */
async function versions(ground: Ground): Promise<number> {
  const { updated } = await ground.one<{ updated: number }>(
    `select n_tup_upd::int as updated from pg_stat_user_tables where schemaname = 'keystamp' and relname = 'api_keys'`,
  );
  return updated;
}
