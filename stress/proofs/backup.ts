/**
 * Time, size and memory of `keystamp backup` and `keystamp restore` with many keys, as the built program does them. Each key
 * has an event in its history, and half of them have a last use. `npm run stress -- backup [keys] [folder] [backup|restore]`;
 * a folder that is given is kept, and filled only where it is empty: so each step alone can run on a quiet machine.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillFolder } from '../harness/full-folder.js';
import { measureCommand } from '../harness/measured-command.js';
import { introduce, print } from '../harness/report.js';

const [count = '1000000', given, step] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), 'keystamp-backup-'));
const dataDir = join(folder, 'data');
const file = join(folder, 'backup');
await introduce(`${count} keys backed up and restored`, null);
if (!existsSync(dataDir)) await fillFolder(dataDir, Number(count));

if (step !== 'restore') await measure(['backup', '--overwrite', file], dataDir);
print(`the file: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
if (step !== 'backup') {
  const restored = join(folder, 'restored');
  rmSync(restored, { recursive: true, force: true });
  await measure(['restore', file], restored);
}
if (given === undefined) rmSync(folder, { recursive: true });

async function measure(args: readonly string[], place: string): Promise<void> {
  const { code, seconds, peakMb, out, err } = await measureCommand(args, place);
  print(`${err.trim()}\n${out.split('\n')[0]}`);
  print(
    `${args[0]}: exit code ${code}, ${seconds.toFixed(1)} s, peak of the process ${peakMb} MB\n`,
  );
}
