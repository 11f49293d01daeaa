/**
 * G8: ends processes under load, at random moments, and counts what was lost.
 * `npm run stress -- kill-series <how many> <SIGTERM|SIGKILL> [seed]`
 */

import { setTimeout as pause } from 'node:timers/promises';
import { buildCore, runModule } from '@keystamp/testing/processes/child';
import { userProgram } from '@keystamp/testing/processes/user-program';
import { seeded } from '@keystamp/testing/seeded';
import { prepare } from '../harness/ground.js';
import { introduce, print, quantile } from '../harness/report.js';

const PRECISION_MS = 1_000;
const FLUSH_MS = 500;
const AT_ONCE = 5;
const EXACT_MS = 50;

const [count = '200', signal = 'SIGTERM', seed = '1'] = process.argv.slice(2);
buildCore();
const random = seeded(Number(seed));
const ground = await prepare(20 * AT_ONCE);
await introduce(
  `${count} times ${signal} under load, ${AT_ONCE} processes at once, 20 keys each`,
  ground.server,
);
/** Of each key with a lost use: how old its oldest lost use was at the signal. */
const lostForMs: number[] = [];
let looked = 0;
const stopMs: number[] = [];
const codes = new Map<string, number>();

for (let done = 0; done < Number(count); done += AT_ONCE) {
  const now = Math.min(AT_ONCE, Number(count) - done);
  await Promise.all(Array.from({ length: now }, (_, i) => runOne(i)));
}

async function runOne(place: number): Promise<void> {
  const keys = ground.keys.slice(20 * place, 20 * (place + 1));
  const args = [ground.server.url, `${PRECISION_MS}`, `${FLUSH_MS}`, JSON.stringify(keys)];
  const child = runModule(userProgram, ...args);
  const uses = new Map<string, number[]>();
  if ((await child.line()) !== 'ready') throw new Error((await child.ended).errors);
  let killedAt = 0;
  const killing = pause(random.between(100, 3_000)).then(() => {
    killedAt = Date.now();
    child.process.kill(signal as NodeJS.Signals);
  });
  for (let line = await child.line(); line !== null; line = await child.line()) {
    const [id, at] = line.split(' ');
    uses.set(id as string, [...(uses.get(id as string) ?? []), Number(at)]);
  }
  await killing;
  const { code } = await child.ended;
  stopMs.push(Date.now() - killedAt);
  codes.set(String(code), (codes.get(String(code)) ?? 0) + 1);
  for (const [id, times] of uses) {
    const { at } = await ground.one<{ at: Date | null }>(
      `select last_used_at as at from keystamp.api_keys where id = '${id}'`,
    );
    const firstLost = times.find((time) => time > (at?.getTime() ?? 0) + EXACT_MS);
    looked++;
    if (firstLost !== undefined) lostForMs.push(killedAt - firstLost);
  }
}

print(`exit codes: ${[...codes].map(([code, times]) => `${code} × ${times}`).join(', ')}`);
print(`keys in use looked at: ${looked}; with a use that is lost: ${lostForMs.length}`);
if (lostForMs.length > 0) {
  print(
    `age of the oldest lost use of a key at the signal, ms: p50 ${quantile(lostForMs, 0.5).toFixed(0)}, p99 ${quantile(lostForMs, 0.99).toFixed(0)}, most ${Math.max(...lostForMs)} (window + flush: ${PRECISION_MS + FLUSH_MS})`,
  );
}
print(
  `from the signal to the end, ms: p50 ${quantile(stopMs, 0.5).toFixed(0)}, most ${Math.max(...stopMs).toFixed(0)}`,
);
await ground.end();
