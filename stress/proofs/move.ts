/**
 * Time and memory of `keystamp move` with many keys: from a folder of the embedded database, as the built program does it.
 * Each key has an event in its history, and half of them have a last use. `npm run stress -- move [keys] [folder]`; a folder
 * that is given is kept, and filled only where it is empty: so the move alone can run on a quiet machine.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@keystamp/testing/postgres/server';
import { fillFolder } from '../harness/full-folder.js';
import { measureCommand } from '../harness/measured-command.js';
import { introduce, print } from '../harness/report.js';

const [count = '1000000', given] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), 'keystamp-move-'));
const dataDir = join(folder, 'data');
const server = await startPostgres({ options: { fsync: 'on' } });
await introduce(`${count} keys moved from the embedded database to PostgreSQL`, server);
if (!existsSync(dataDir)) await fillFolder(dataDir, Number(count));

await server.exec('create database moved');
const target = ['--to', server.urlOf('moved')];
const { code, seconds, peakMb, err } = await measureCommand(['move', ...target], dataDir);
print(err.trim());
const { rows } = await server.exec('select count(*)::int as keys from keystamp.api_keys', 'moved');
print(
  `exit code ${code}, ${rows[0].keys} keys moved in ${seconds.toFixed(1)} s, peak of the process ${peakMb} MB`,
);
await server.end();
if (given === undefined) rmSync(folder, { recursive: true });
