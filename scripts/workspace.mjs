// What start.mjs and test.mjs share: is everything installed and built, and how to make it so.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const cache = join(root, 'node_modules', '.cache');
const installMark = join(cache, 'keystamp-install');
const buildMark = join(cache, 'keystamp-build');

/** What running needs; the tests need the other workspaces too. */
const runWorkspaces = ['packages/core', 'packages/server', 'packages/admin'];

/**
 * What only the tests need, each with a lock file of its own: generators of clients, compilers and checkers that the published
 * packages are tried with, frameworks for the examples, and versions of Node, on each of which a test starts the server.
 */
const apart = ['clients', 'consumers', 'examples', 'nodes'].map((name) => join(root, name));

/** Ends the process with one line where Node is too old to run anything here. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Keystamp needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Runs a command in the repository and tells whether it succeeded. */
export function run(command, args, { cwd = root, env = {} } = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  if (error) console.error(`${command} could not be run: ${error.message}`);
  return status === 0;
}

/** A program of an installed package. */
export function tool(name) {
  return join(root, 'node_modules', '.bin', name);
}

/**
 * Installs from the lock file what is missing: `run` (running and building), or `all` (tests too).
 * No package's install script is run: nothing here needs one.
 */
export function install(scope) {
  if (isInstalled(scope)) return true;
  const only =
    scope === 'all'
      ? []
      : [...runWorkspaces.flatMap((path) => ['--workspace', path]), '--include-workspace-root'];
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
  console.log('Installing packages …');
  if (!run('npm', ['ci', ...quiet, ...only])) return false;
  const beside = foldersOf(scope).filter((folder) => folder !== root);
  if (!beside.every((cwd) => run('npm', ['ci', ...quiet], { cwd }))) return false;
  mark(installMark, `${scope} ${lockHash(scope)}`);
  return true;
}

function isInstalled(scope) {
  const marked = read(installMark);
  if (marked === `all ${lockHash('all')}`) return true;
  if (scope === 'run' && marked === `run ${lockHash('run')}`) return true;
  return foldersOf(scope).every(isInstalledByHand);
}

/** The folders that have a lock file. */
function foldersOf(scope) {
  return scope === 'all' ? [root, ...apart] : [root];
}

/** True where npm's own list of what it installed has each package of the lock file. */
function isInstalledByHand(folder) {
  const list = read(join(folder, 'node_modules', '.package-lock.json'));
  if (list === undefined) return false;
  const installed = JSON.parse(list).packages;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      !path.includes('node_modules/') ||
      entry.optional ||
      entry.devOptional ||
      installed[path]?.version === entry.version,
  );
}

function lockHash(scope) {
  const hash = createHash('sha256');
  for (const folder of foldersOf(scope)) {
    hash.update(readFileSync(join(folder, 'package-lock.json')));
  }
  return hash.digest('hex');
}

/** What is built from, and what must be there afterwards. */
const sources = [
  'tsconfig.base.json',
  'package-lock.json',
  'scripts',
  'packages/core/migrations',
  'packages/server/migrations',
  ...['src', 'package.json', 'tsconfig.json'].flatMap((name) =>
    runWorkspaces.map((path) => `${path}/${name}`),
  ),
  ...['build', 'public', 'index.html', 'vite.config.ts'].map((name) => `packages/admin/${name}`),
];
const outputs = [
  'packages/core/dist/index.js',
  'packages/core/dist/embedded-seed.tar.gz',
  'packages/server/dist/cli/main.js',
  'packages/server/page/index.html',
];

/** Builds where a source changed since the last build. */
export function build() {
  const fingerprint = sourcesFingerprint();
  const complete = outputs.every((path) => existsSync(join(root, path)));
  if (complete && read(buildMark) === fingerprint) return true;
  console.log('Building …');
  const built =
    run(process.execPath, ['scripts/write-migrations.mjs']) &&
    run(tool('tsc'), ['-b', 'packages/core', 'packages/server']) &&
    run(process.execPath, ['scripts/prune-build.mjs']) &&
    run(process.execPath, ['scripts/write-commonjs.mjs']) &&
    run(process.execPath, ['scripts/write-embedded-seed.mjs']) &&
    run(tool('vite'), ['build', '--logLevel', 'warn'], { cwd: join(root, 'packages/admin') });
  if (built) mark(buildMark, fingerprint);
  return built;
}

/** Names, sizes and times of all sources: looking at them is quicker than reading them. */
function sourcesFingerprint() {
  const hash = createHash('sha256');
  const look = (path) => {
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) look(`${path}/${name}`);
    } else if (found) {
      hash.update(`${path} ${found.size} ${found.mtimeMs}\n`);
    }
  };
  sources.forEach(look);
  return hash.digest('hex');
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function mark(path, text) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(path, text);
}
