/**
 * What it costs that the embedded database forces each commit to the disk. `npm run stress -- embedded-commits [commits]
 * [folder]`: the same commits with and without it, and beside them what the disk takes for such a write alone.
 */
import { fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackTemplate } from '../../packages/core/src/database/embedded/embedded-seed.js';
import { startEngine } from '../../packages/core/src/database/embedded/engine.js';
import { query } from '../../packages/core/src/database/embedded/wire.js';
import { introduce, printTable, quantile } from '../harness/report.js';

const [commits = '1000', place = tmpdir()] = process.argv.slice(2);
const count = Number(commits);
const folder = mkdtempSync(join(place, 'keystamp-commits-'));

await introduce(`${count} commits of one row on the embedded database, in ${place}`, null);
const rows = [
  ['forced to the disk', await committed('on')],
  ['left to the system', await committed('off')],
  ['a write of 8 kB and fdatasync, without a database', written()],
] as const;
printTable(
  ['a commit', 'p50', 'p99', 'in a second'],
  rows.map(([what, times]) => [
    what,
    ...[0.5, 0.99].map((q) => `${quantile(times, q).toFixed(2)} ms`),
    Math.round(times.length / (times.reduce((sum, ms) => sum + ms, 0) / 1_000)),
  ]),
);
rmSync(folder, { recursive: true });

async function committed(fsync: 'on' | 'off'): Promise<number[]> {
  const data = join(folder, `fsync-${fsync}`);
  await unpackTemplate(data);
  // The last one counts.
  const engine = await startEngine(data, ['-c', `fsync=${fsync}`]);
  await engine.exec(query('create table t (id int primary key, at timestamptz)'));
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const from = performance.now();
    await engine.exec(query(`insert into t values (${n}, now())`));
    times.push(performance.now() - from);
  }
  await engine.close();
  return times;
}

function written(): number[] {
  const fd = openSync(join(folder, 'written'), 'w');
  const page = Buffer.alloc(8_192, 1);
  return Array.from({ length: count }, () => {
    const from = performance.now();
    writeSync(fd, page);
    fdatasyncSync(fd);
    return performance.now() - from;
  });
}
