import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { keystamp } from './support/cli.js';

const system = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
afterEach(() => Object.defineProperty(process, 'platform', system));

it('on Windows, says in one line that the embedded database is not to be had, and what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keystamp-windows-'));
  const dataDir = join(folder, 'data');
  Object.defineProperty(process, 'platform', { ...system, value: 'win32' });
  const { code, err } = await keystamp(['migrate', 'up'], { env: { KEYSTAMP_DATA_DIR: dataDir } });
  expect([code, err]).toEqual([
    1,
    'keystamp: DATABASE_URL: not set, expected a PostgreSQL URL, a pg.Pool or a PGlite; ' +
      'on Windows the embedded database runs in WSL alone\n',
  ]);
  expect(existsSync(dataDir)).toBe(false);
  rmSync(folder, { recursive: true });
});
