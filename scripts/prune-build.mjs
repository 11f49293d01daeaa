// A build step of the packages: removes what an earlier build left of sources that are gone. The compiler leaves it, and it
// would be published.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/** What is written for a source. Of these, the build writes those for CommonJS again. */
const COMPILED = /\.(?:c?js|d\.c?ts|js\.map|d\.ts\.map)$/;
const WRITTEN = /\.(?:js|d\.ts)$/;

for (const folder of ['packages/core', 'packages/server']) {
  const dist = join(root, folder, 'dist');
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (COMPILED.test(path) && !isCurrent(folder, path)) rmSync(join(dist, path));
  }
}

function isCurrent(folder, path) {
  if (!WRITTEN.test(path)) return false;
  return existsSync(join(root, folder, 'src', path.replace(WRITTEN, '.ts')));
}
