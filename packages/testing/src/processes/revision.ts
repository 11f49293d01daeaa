import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@keystamp/testing/network/free-port';
import { until } from '@keystamp/testing/until';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });

/**
 * The revision to upgrade from: `KEYSTAMP_UPGRADE_FROM`, else the latest tag, else what was there before the newest migration;
 * null in a copy without history.
 */
export function revisionBefore(): string | null {
  return process.env['KEYSTAMP_UPGRADE_FROM'] || latestTag() || beforeNewestMigration();
}

function latestTag(): string | null {
  return answerOf('describe', '--tags', '--abbrev=0');
}

function beforeNewestMigration(): string | null {
  const migrations = 'packages/*/migrations/*.up.sql';
  const added = answerOf('log', '-1', '--diff-filter=A', '--format=%H', '--', migrations);
  return added && answerOf('rev-parse', '--short', '--verify', `${added}^`);
}

/** Null where git has no answer. */
function answerOf(...args: string[]): string | null {
  try {
    return git(...args).trim() || null;
  } catch {
    return null;
  }
}

/** A tree with its server built. */
export interface Tree {
  readonly folder: string;
  remove(): void;
}

/** The working tree itself. */
export function buildPresent(): Tree {
  build(root);
  return { folder: root, remove: () => {} };
}

/** A revision in a folder of its own, on the packages installed here and what it needs beside them. */
export function buildRevision(revision: string): Tree {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'keystamp-revision-')));
  const archive = execFileSync('git', ['archive', revision], { cwd: root, maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  linkPackages(folder);
  installMissing(folder);
  build(folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Every installed package but our own, which are the revision's. */
function linkPackages(folder: string): void {
  const to = join(folder, 'node_modules');
  mkdirSync(join(to, '@keystamp'), { recursive: true });
  linkEach(join(root, 'node_modules'), to);
  symlinkSync(join(folder, 'packages/core'), join(to, 'keystamp'));
  symlinkSync(join(folder, 'packages/server'), join(to, '@keystamp/server'));
  for (const workspace of ['core', 'server']) {
    const own = join(root, 'packages', workspace, 'node_modules');
    if (existsSync(own)) symlinkSync(own, join(folder, 'packages', workspace, 'node_modules'));
  }
}

/** Every package that is not there yet, also within a scope. */
function linkEach(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    if (name === 'keystamp' || name === '@keystamp' || name.startsWith('.')) continue;
    if (name.startsWith('@')) {
      mkdirSync(join(to, name), { recursive: true });
      linkEach(join(from, name), join(to, name));
    } else if (!existsSync(join(to, name))) symlinkSync(join(from, name), join(to, name));
  }
}

/** Packages that the present no longer needs, in the version of the revision's lock file. */
function installMissing(folder: string): void {
  const to = join(folder, 'node_modules');
  const lock = readJson(join(folder, 'package-lock.json'));
  const missing = ['core', 'server']
    .flatMap((workspace) =>
      Object.keys(readJson(join(folder, 'packages', workspace, 'package.json')).dependencies),
    )
    .filter((name) => !existsSync(join(to, name)))
    .map((name) => `${name}@${lock.packages[`node_modules/${name}`].version}`);
  if (missing.length === 0) return;
  const beside = join(folder, 'beside');
  mkdirSync(beside);
  // A package of its own: else npm takes the revision's.
  writeFileSync(join(beside, 'package.json'), '{}');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  execFileSync('npm', ['install', ...quiet, ...missing], { cwd: beside, stdio: 'pipe' });
  linkEach(join(beside, 'node_modules'), to);
}

function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function build(folder: string): void {
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-b', 'packages/server'], { cwd: folder });
}

export interface RunningTree {
  readonly url: string;
  readonly pid: number;
  /** What it has logged so far. */
  log(): string;
  /** SIGTERM. Resolves to the exit code. */
  stop(): Promise<number | null>;
}

export const admin = { email: 'ada@example.com', password: 'correct horse battery' };

/** Runs `keystamp serve` of a tree. Resolves when it is ready. */
export async function serveTree(
  { folder }: Tree,
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningTree> {
  const port = Number(env['KEYSTAMP_PORT'] ?? (await freePort()));
  const main = join(folder, 'packages/server/dist/cli/main.js');
  const child = spawn(process.execPath, [main, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      KEYSTAMP_PORT: String(port),
      KEYSTAMP_ADMIN_EMAIL: admin.email,
      KEYSTAMP_ADMIN_PASSWORD: admin.password,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const url = `http://127.0.0.1:${port}`;
  await until(
    async () => {
      if (child.exitCode !== null) throw new Error(`The server ended at its start:\n${said}`);
      return (await fetch(`${url}/readyz`).catch(() => null))?.ok;
    },
    { timeoutMs: 60_000, what: 'the server to be ready' },
  );
  return {
    url,
    pid: child.pid as number,
    log: () => said,
    stop: () => {
      child.kill('SIGTERM');
      return gone;
    },
  };
}
