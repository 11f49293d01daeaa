import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readTar } from './tar.js';

/** An initialised, empty data directory, made at the build: initdb takes 2 to 4 s and 700 MB. */
const seedFile = fileURLToPath(new URL('../../dist/embedded-seed.tar.gz', import.meta.url));

/** Puts a fresh data directory at `folder`: all of it or, if the process dies meanwhile, nothing. */
export async function plantSeed(folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  for (const entry of readTar(await loadSeed())) {
    const path = join(unfinished, entry.name);
    if (entry.kind === 'folder') mkdirSync(path, { recursive: true, mode: 0o700 });
    else {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, entry.content, { mode: 0o600 });
    }
  }
  chmodSync(unfinished, 0o700);
  renameSync(unfinished, folder);
}

/** Without the file (a source tree that was never built) initdb runs now. */
async function loadSeed(): Promise<Buffer> {
  try {
    return gunzipSync(readFileSync(seedFile));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return makeSeed('none');
  }
}

/** Writes the file that ships with the package; a build step. */
export async function writeSeedFile(): Promise<string> {
  mkdirSync(dirname(seedFile), { recursive: true });
  const unfinished = `${seedFile}.${process.pid}`;
  writeFileSync(unfinished, await makeSeed('gzip'));
  renameSync(unfinished, seedFile);
  return seedFile;
}

async function makeSeed(compression: 'none' | 'gzip'): Promise<Buffer> {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = await PGlite.create();
  try {
    const dump = await pglite.dumpDataDir(compression);
    return Buffer.from(await dump.arrayBuffer());
  } finally {
    await pglite.close();
  }
}
