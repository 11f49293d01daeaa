import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCore } from '@keystamp/testing/processes/child';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const PROGRAM = `import { PGlite } from '@electric-sql/pglite';
import { createKeystamp } from 'keystamp';
import { openDatabase } from 'keystamp/database';
import { authenticate } from 'keystamp/http';
export const opened = openDatabase(process.env['DATABASE_URL'], { dataDir: process.env['DATA_DIR'] });
export const configured = createKeystamp({ database: process.env['DATABASE_URL'], label: process.env['LABEL'] });
export const keystamp = await createKeystamp();
export const embedded = createKeystamp({ database: await PGlite.create() });
export const admitted = authenticate(keystamp, { request: {}, url: '/', credentials: { apiKeys: [], authorizations: [] } });
`;

/** Where the compiler finds a fault in declarations of ours, or in the program. */
function faults(): string[] {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, 'node_modules/.cache/keystamp-declarations-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(folder, 'program.ts'), PROGRAM.replace(/^.*PGlite.*\n/gm, ''));
    writeFileSync(join(folder, 'embedded.ts'), PROGRAM);
    const flags = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noEmit',
      '--target',
      'es2023',
      '--module',
      'nodenext',
    ];
    const check = (file: string, skip: boolean) =>
      spawnSync(
        join(root, 'node_modules/.bin/tsc'),
        [
          ...flags,
          '--ignoreConfig',
          '--types',
          'node',
          '--pretty',
          'false',
          `--skipLibCheck`,
          `${skip}`,
          file,
        ],
        { cwd: folder, encoding: 'utf8' },
      ).stdout;
    // Without the embedded database all declarations are checked; PGlite's own do not compile that way.
    return `${check('program.ts', false)}${check('embedded.ts', true)}`.split('\n').filter(Boolean);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('a service compiles strictly, with the declarations of its libraries checked', () => {
  buildCore();
  expect(faults()).toEqual([]);
});
