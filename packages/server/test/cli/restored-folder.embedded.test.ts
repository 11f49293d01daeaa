import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeystamp } from 'keystamp';
import { afterAll, expect, it } from 'vitest';
import { keystamp } from '../support/cli.js';

const folder = mkdtempSync(join(tmpdir(), 'keystamp-restored-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('G10 a copy of the embedded folder that is put back, once it is booked, says "no use recorded since"', async () => {
  const dataDir = join(folder, 'data');
  const copy = join(folder, 'copy');
  const env = { KEYSTAMP_DATA_DIR: dataDir };
  const run = async (...args: string[]) => (await keystamp(args, { env })).out;
  await run('migrate', 'up');
  const apiKey = (await run('create', '--user', '7', '--name', 'CI')).trim();
  cpSync(dataDir, copy, { recursive: true });
  const backupAt = new Date().toISOString();
  const instance = await createKeystamp({ dataDir });
  expect((await instance.validateUserApiKey(apiKey)).valid).toBe(true);
  await instance.close();
  expect(await run('list')).toContain('  just now  ');

  rmSync(dataDir, { recursive: true });
  cpSync(copy, dataDir, { recursive: true });
  expect(await run('list')).toContain('  —  ');
  expect(await run('restored', '--at', backupAt)).toContain(`Booked: uses from ${backupAt} to `);
  expect(await run('list')).toMatch(/ no use recorded since \d{4}-\d\d-\d\d /);
});
