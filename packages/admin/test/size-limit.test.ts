import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sizeLimit } from '../build/size-limit.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keystamp-size-'));
  // Random letters cannot be packed to less than three quarters.
  writeFileSync(join(root, 'main.js'), `console.log('${randomBytes(3000).toString('base64')}')`);
  writeFileSync(join(root, 'index.html'), '<script type="module" src="/main.js"></script>');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const buildWithin = (maxGzippedBytes: number) =>
  build({ root, configFile: false, logLevel: 'silent', plugins: [sizeLimit({ maxGzippedBytes })] });

test('a build over the limit fails and says by how much', async () => {
  await expect(buildWithin(1000)).rejects.toThrow(
    /3\.\d kB of JavaScript, gzipped; expected at most 1 kB/,
  );
});

test('a build within the limit goes through', async () => {
  await expect(buildWithin(10_000)).resolves.toBeDefined();
});
