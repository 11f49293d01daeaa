/**
 * Time and memory of `keystamp move` with many keys: from a folder of the embedded database, as the built program does it.
 * Each key has an event in its history, and half of them have a last use. `npm run stress -- move [keys] [folder]`; a folder
 * that is given is kept, and filled only where it is empty: so the move alone can run on a quiet machine.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrateServerUp } from '@keystamp/server/schema';
import { startPostgres } from '@keystamp/testing/postgres/server';
import { openDatabase } from 'keystamp/database';
import { introduce, print } from '../harness/report.js';

const MAIN = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));
const [count = '1000000', given] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), 'keystamp-move-'));
const dataDir = join(folder, 'data');
const server = await startPostgres({ options: { fsync: 'on' } });
await introduce(`${count} keys moved from the embedded database to PostgreSQL`, server);
if (!existsSync(dataDir)) await fill(Number(count));

const { code, seconds, peakMb, err } = await move();
print(err.trim());
const { rows } = await server.exec('select count(*)::int as keys from keystamp.api_keys', 'moved');
print(
  `exit code ${code}, ${rows[0].keys} keys moved in ${seconds.toFixed(1)} s, peak of the process ${peakMb} MB`,
);
await server.end();
if (given === undefined) rmSync(folder, { recursive: true });

async function fill(keys: number): Promise<void> {
  const database = await openDatabase(undefined, { dataDir });
  await migrateServerUp(database);
  await database.query(`alter table keystamp.api_keys disable trigger user`);
  await database.query(
    `insert into keystamp.users (id) select 'user-' || i from generate_series(0, 999) i`,
  );
  for (let from = 0; from < keys; from += 50_000) {
    const to = Math.min(from + 50_000, keys) - 1;
    await database.query(
      `insert into keystamp.api_keys (user_id, name, key_prefix, key_hash, scopes, metadata, last_used_at)
       select 'user-' || i % 1000, 'Key ' || i, 'ks_abcdef', sha256(i::text::bytea), '{orders:read,orders:write}', '{"team": "billing"}',
         case when i % 2 = 0 then now() - i * interval '1 second' end
       from generate_series($1::int, $2::int) i`,
      [from, to],
    );
  }
  await database.query(
    `insert into keystamp.key_events (key_id, user_id, kind, actor, detail)
     select id, user_id, 'created', '{"kind": "cli", "name": "ada", "key_id": null, "user_id": null}', jsonb_build_object('name', name, 'key_prefix', key_prefix)
     from keystamp.api_keys`,
  );
  await database.query(`alter table keystamp.api_keys enable trigger user`);
  await database.end();
}

/** The peak is the kernel's own. */
async function move() {
  await server.exec('create database moved');
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN, 'move', '--to', server.urlOf('moved')], {
    env: { PATH: process.env['PATH'], KEYSTAMP_DATA_DIR: dataDir, KEYSTAMP_LOG_LEVEL: 'warn' },
  });
  let err = '';
  child.stderr.on('data', (data) => {
    err += data;
  });
  let peakMb = 0;
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, peakOf(child.pid ?? 0));
  }, 200);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  return { code, seconds: (performance.now() - begun) / 1000, peakMb, err };
}

/** 0: it has ended. */
function peakOf(pid: number): number {
  try {
    const [, kb = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kb) / 1024);
  } catch {
    return 0;
  }
}
