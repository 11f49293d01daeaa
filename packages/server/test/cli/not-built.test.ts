import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/keystamp.mjs', import.meta.url));

it('the program without its build says in one line what to run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keystamp-not-built-'));
  try {
    mkdirSync(join(folder, 'bin'));
    const copy = join(folder, 'bin/keystamp.mjs');
    copyFileSync(BIN, copy);
    const { status, stdout, stderr } = spawnSync(process.execPath, [copy, 'list'], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^keystamp: not built yet: run "npm start" .*\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
