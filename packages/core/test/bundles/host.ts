import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLERS } from './bundlers.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** A service of its own, with the packed library installed and migrations of its own. */
export interface Host {
  /** Where its database would be. */
  readonly dataDir: string;
  /** What the packed library holds. */
  readonly packed: readonly string[];
  /** Bundles the service into its folder `dist/server` and returns the file. */
  bundle(bundler: string, format: 'mjs' | 'cjs'): Promise<string>;
  /** Copies the bundles to a machine without packages, so to say, and returns the file there. */
  deployAlone(file: string): string;
  remove(): void;
}

const MAIN = `
import { createKeystamp } from 'keystamp';
import { authenticateApiKey } from 'keystamp/express';
import { authenticateApiKey as ofFastify } from 'keystamp/fastify';
import { authenticateApiKey as ofHono } from 'keystamp/hono';
import { createWithApiKey } from 'keystamp/next';
import { authenticate } from 'keystamp/http';
import { migrateUp } from 'keystamp/database';

async function main() {
  const { DATABASE_URL: database, DATA_DIR: dataDir } = process.env;
  const keystamp = await createKeystamp({ database, dataDir });
  const { apiKey } = await keystamp.createApiKey({ userId: 'ada', name: 'CI' });
  const { valid } = await keystamp.validateUserApiKey(apiKey);
  await keystamp.close();
  const edges = [authenticateApiKey, ofFastify, ofHono, createWithApiKey, authenticate, migrateUp];
  console.log(JSON.stringify({ valid, edges: edges.map((edge) => typeof edge) }));
}

main().catch(({ code, message }) => {
  console.log(JSON.stringify({ code, message }));
});
`;

/** What ran in place of ours: the migrations of the service, in every folder that a path could lead to. */
const HOSTILE = ['migrations', 'dist/migrations', 'dist/server/migrations'];

export function makeHost(): Host {
  const outside = mkdtempSync(join(tmpdir(), 'keystamp-bundle-'));
  const folder = join(outside, 'host');
  write(join(folder, 'src/main.js'), MAIN);
  for (const path of HOSTILE) {
    write(join(folder, path, '000001_orders.up.sql'), 'create table public.orders ();');
    write(join(folder, path, '000001_orders.down.sql'), 'drop table public.orders;');
  }
  const packed = installPacked(folder, outside);
  return {
    dataDir: join(outside, 'data'),
    packed,
    bundle: async (bundler, format) => {
      const file = join(folder, 'dist/server', `${bundler}.${format}`);
      await BUNDLERS[bundler]?.({ entry: join(folder, 'src/main.js'), file });
      return file;
    },
    deployAlone: (file) => {
      const alone = join(outside, 'alone');
      cpSync(dirname(file), alone, { recursive: true });
      return join(alone, basename(file));
    },
    remove: () => rmSync(outside, { recursive: true, force: true }),
  };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Of its optional peers, those that this service uses. */
const PEERS = ['pg', '@electric-sql/pglite'];

/** Installs what `npm pack` makes, and beside it the packages that it depends on. Returns the names of its files. */
function installPacked(folder: string, outside: string): string[] {
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  run(join(root, 'node_modules/.bin/tsc'), '-b', 'packages/core');
  run(process.execPath, 'scripts/write-embedded-seed.mjs');
  const pack = ['pack', '--ignore-scripts', '--workspace', 'packages/core', '--json'];
  const answer = JSON.parse(run('npm', ...pack, '--pack-destination', outside));
  const [{ filename, files }] = Object.values<{ filename: string; files: { path: string }[] }>(
    answer,
  ) as [{ filename: string; files: { path: string }[] }];
  const installed = join(folder, 'node_modules/keystamp');
  mkdirSync(installed, { recursive: true });
  run('tar', '-xzf', join(outside, filename), '-C', installed, '--strip-components=1');
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  for (const name of [...Object.keys(dependencies), ...PEERS]) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  return files.map(({ path }) => path);
}

/** Runs a bundle with nothing but Node, and returns what it printed. */
export function run(file: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [file], { env, cwd: dirname(file) }, (error, out) => {
      if (error === null) resolve(JSON.parse(out));
      else reject(error);
    });
  });
}
