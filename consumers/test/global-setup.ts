import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    installed: Installed;
  }
}

/** What the tests get of what is packed and installed once. */
export interface Installed {
  /** The tarballs of the library and of the server. */
  readonly tarballs: { readonly keystamp: string; readonly server: string };
  /** Both installed into an empty folder, with the frameworks whose types the library refers to. */
  readonly both: string;
  /** The library alone: none of its optional peers. */
  readonly alone: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Packs as a release does, and installs by path: our own names are never looked up. */
export default async function setUp(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'keystamp-consumers-'));
  await run(process.execPath, ['scripts/build.mjs'], { cwd: root });
  const both = join(folder, 'both');
  const alone = join(folder, 'alone');
  const tarballs = await pack(folder);
  await install(alone, tarballs.keystamp);
  // The oldest TypeScript does not read newer types of Node.
  const others = ['hono@^4.13.19', '@types/node@~20.19.43'];
  await install(both, tarballs.keystamp, tarballs.server, ...others);
  project.provide('installed', { tarballs, both, alone });
  return () => rmSync(folder, { recursive: true, force: true });
}

async function pack(folder: string): Promise<Installed['tarballs']> {
  const workspaces = ['packages/core', 'packages/server'].flatMap((path) => ['--workspace', path]);
  const args = ['pack', '--ignore-scripts', '--json', ...workspaces, '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: root, maxBuffer: 2 ** 26 });
  const packed = Object.values<{ name: string; filename: string }>(JSON.parse(stdout));
  const fileOf = (name: string) =>
    join(folder, packed.find((each) => each.name === name)?.filename ?? name);
  return { keystamp: fileOf('keystamp'), server: fileOf('@keystamp/server') };
}

async function install(folder: string, ...packages: string[]): Promise<void> {
  mkdirSync(folder);
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
  await run('npm', ['install', ...quiet, ...packages], { cwd: folder });
}
