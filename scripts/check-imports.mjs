// Checks that each package that a file imports by name stands in the package.json of its workspace. What all workspaces
// share for building and testing may stand in the root's. Part of `npm run lint`.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/** Tools of the root that every workspace uses. */
const SHARED = ['vitest', 'fast-check', 'typescript', 'tsx'];

const IMPORT = /^(?:import|export)\b[^'";]*? from '([^'.$][^']*)'|^import '([^'.][^']*)'/gm;
const LAZY = /\bimport\('([^'.][^']*)'\)/g;

const { workspaces } = readManifest('');
const manifests = new Map(['', ...workspaces].map((folder) => [folder, namesOf(folder)]));
// Each has a lock file of its own, for generators or compilers; the rest it finds in the root's node_modules.
for (const folder of ['clients', 'consumers'])
  manifests.set(folder, new Set([...namesOf(folder), ...workspaces.map(nameOf)]));
// As those, and the frameworks that the tests of the library have.
const frameworks = namesOf('packages/core');
manifests.set(
  'examples',
  new Set([...namesOf('examples'), ...frameworks, ...workspaces.map(nameOf)]),
);

let faults = 0;
for (const path of files()) {
  const folder = [...manifests.keys()].find((owner) => owner && path.startsWith(`${owner}/`)) ?? '';
  for (const name of importedBy(path)) {
    if (SHARED.includes(name) || manifests.get(folder).has(name)) continue;
    faults += 1;
    console.error(`${path}: ${name} is not in ${join(folder, 'package.json')}`);
  }
}
process.exit(faults === 0 ? 0 : 1);

function files() {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => /\.(tsx?|mjs)$/.test(path) && existsSync(join(root, path)));
}

/** Names of packages, without the path inside. */
function importedBy(path) {
  const text = readFileSync(join(root, path), 'utf8');
  const found = [...text.matchAll(IMPORT), ...text.matchAll(LAZY)]
    .map(([, one, other]) => one ?? other)
    .filter((specifier) => !isBuiltin(specifier))
    .map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)[0]);
  return new Set(found);
}

/** With types alone, as of React in the page, the name leads to another package at the build. */
function namesOf(folder) {
  const { name, dependencies, devDependencies, peerDependencies } = readManifest(folder);
  const all = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies });
  return new Set([name, ...all, ...all.map((each) => each.replace('@types/', ''))]);
}

function nameOf(folder) {
  return readManifest(folder).name;
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}
