// Where the sources of our packages are: tests, the page and the stress programs use these, so that none of them needs a build.
// A package is published as it stands, so that its package.json names what is built, and nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../packages', import.meta.url));

/** Each entry point with its source: `keystamp/shape` is built from `…/packages/core/src/key-format/index.ts`. */
export const sources = new Map(['core', 'server'].flatMap(entryPoints));

/** The same, as Vite takes it. */
export const sourceAliases = [...sources].map(([find, replacement]) => ({
  find: new RegExp(`^${find}$`),
  replacement,
}));

function entryPoints(folder) {
  const { name, exports } = JSON.parse(
    readFileSync(join(packages, folder, 'package.json'), 'utf8'),
  );
  return Object.entries(exports)
    .filter(([, entry]) => entry.default !== undefined)
    .map(([path, entry]) => [
      `${name}${path.slice(1)}`,
      join(packages, folder, entry.default.replace('/dist/', '/src/').replace(/\.js$/, '.ts')),
    ]);
}
